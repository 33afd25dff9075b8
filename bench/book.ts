import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makerTaker } from '../core/book/account.ts';
import { BookBroker } from '../core/book/book-broker.ts';
import { type BookEvents, EVENT, EventBuilder } from '../core/book/book-events.ts';
import { constantLatency } from '../core/book/latency.ts';
import { queueModel } from '../core/book/queue-models.ts';
import { runQuoter } from '../core/book/quoter.ts';
import { randomMarket } from '../core/book/random-market.ts';
import { TopView } from '../core/book/top-view.ts';
import { Cvd } from '../core/microstructure/cvd.ts';
import { agreement } from '../core/microstructure/ensemble-agreement.ts';
import { RollingHurst } from '../core/microstructure/hurst.ts';
import { Liquidity } from '../core/microstructure/liquidity.ts';
import { LobFeatures } from '../core/microstructure/lob-features.ts';
import { lstmFallback } from '../core/microstructure/lstm-fallback.ts';
import { MicroRegime } from '../core/microstructure/micro-regime.ts';
import { OrderFlowImbalance } from '../core/microstructure/ofi.ts';
import { OuSignal } from '../core/microstructure/ou-signal.ts';
import { ParkinsonBlend } from '../core/microstructure/parkinson-blend.ts';
import { TradeClassifier } from '../core/microstructure/trade-classifier.ts';
import { Vpin } from '../core/microstructure/vpin.ts';
import { readEvents } from '../tests/vectors/hft.ts';
import { type Figure, figure, medianCpu } from './figure.ts';

/** hftbacktest 2.4.4's events per CPU second with the same quoter and without a strategy, measured on two shared cores; used without TIDEGATE_PYTHON. */
const HFTBACKTEST: Peer = { quoting: 6.2e6, idle: 17.6e6 };

interface Peer {
  readonly quoting: number;
  readonly idle: number;
}

const STEP_NS = 100_000_000;
const GRID = { tickSize: 0.1, lotSize: 0.001 };
const vectors = process.env.TIDEGATE_VECTORS ?? join(import.meta.dirname, '../../shared/vectors');

function brokerOn(events: BookEvents, queue: string): BookBroker {
  return new BookBroker({
    events,
    grid: GRID,
    latency: constantLatency({ entryNs: 10_000_000, responseNs: 10_000_000 }),
    queue: queueModel(queue, GRID.lotSize),
    fee: makerTaker({ maker: -0.00005, taker: 0.0007 }),
    fills: 'whole',
    selfTrade: 'none',
  });
}

async function quoting(name: string, events: BookEvents, queue: string, peer: Peer): Promise<Figure> {
  const span = events.exchangeTime[events.length - 1]! - events.exchangeTime[0]!;
  const options = { offsetTicks: 0, lots: 10, maxLots: 50, startTime: events.exchangeTime[0]! + 1, stepNs: STEP_NS };
  const steps = Math.floor(span / STEP_NS);
  const seconds = await medianCpu(() => runQuoter(brokerOn(events, queue), { ...options, steps }), 7);
  return figure(`book/quoter ${queue} ${name}`, events.length / seconds, 'events/CPU s', peer.quoting);
}

async function idle(name: string, events: BookEvents, peer: Peer): Promise<Figure> {
  const seconds = await medianCpu(() => {
    const broker = brokerOn(events, 'riskAverse');
    const end = events.localTime[events.length - 1]!;
    for (let time = events.exchangeTime[0]!; time < end; time += STEP_NS) broker.advanceTo(time);
  }, 7);
  return figure(`book/idle ${name}`, events.length / seconds, 'events/CPU s', peer.idle);
}

/** The faster of hftbacktest's two books, given the price range in advance, on the same events, latencies and quoter. */
const SCRIPT = `
import json, sys, time
import numpy as np
from numba import njit
from hftbacktest import BacktestAsset, ROIVectorMarketDepthBacktest, GTX, LIMIT, BUY
from hftbacktest.types import event_dtype
rows, tick, lot, step = json.loads(sys.argv[1])
raw = np.frombuffer(sys.stdin.buffer.read(), dtype=np.float64).reshape(7, rows)
see, kind, side, exch, local, price, lots = raw
data = np.zeros(rows, event_dtype)
flag = lambda bit, mask: np.where(mask, np.uint64(1 << bit), np.uint64(0))
data['ev'] = (np.where(kind == 1, 2, 1).astype(np.uint64) | flag(31, see.astype(int) & 1) | flag(30, see.astype(int) & 2)
    | flag(29, side > 0) | flag(28, side < 0))
data['exch_ts'] = exch.astype(np.int64) + 1_700_000_000_000_000_000
data['local_ts'] = local.astype(np.int64) + 1_700_000_000_000_000_000
data['px'], data['qty'] = price * tick, lots * lot
@njit
def quoter(hbt, qty, most, step):
    next_id = 1
    while hbt.elapse(step) == 0:
        hbt.clear_inactive_orders(0)
        depth = hbt.depth(0)
        bid, ask = depth.best_bid_tick, depth.best_ask_tick
        if bid >= ask: continue
        position = hbt.position(0)
        wants_bid, wants_ask = position + qty <= most + 1e-9, position - qty >= -most - 1e-9
        has_bid, has_ask = False, False
        orders = hbt.orders(0).values()
        while orders.has_next():
            order = orders.get()
            if order.side == BUY and wants_bid and order.price_tick == bid: has_bid = True
            elif order.side != BUY and wants_ask and order.price_tick == ask: has_ask = True
            elif order.cancellable: hbt.cancel(0, order.order_id, False)
        if wants_bid and not has_bid:
            hbt.submit_buy_order(0, next_id, bid * depth.tick_size, qty, GTX, LIMIT, False)
            next_id += 1
        if wants_ask and not has_ask:
            hbt.submit_sell_order(0, next_id, ask * depth.tick_size, qty, GTX, LIMIT, False)
            next_id += 1
@njit
def idle(hbt, qty, most, step):
    while hbt.elapse(step) == 0: pass
def run(work, events):
    asset = (BacktestAsset().data(events).linear_asset(1.0).constant_order_latency(10_000_000, 10_000_000)
        .risk_adverse_queue_model().no_partial_fill_exchange().trading_value_fee_model(-0.00005, 0.0007)
        .tick_size(tick).lot_size(lot).roi_lb(price.min() * tick).roi_ub(price.max() * tick))
    hbt = ROIVectorMarketDepthBacktest([asset])
    start = time.process_time()
    work(hbt, 10 * lot, 50 * lot, step)
    return time.process_time() - start
result = {}
for name, work in (('quoting', quoter), ('idle', idle)):
    run(work, data[:1000])
    result[name] = rows / sorted(run(work, data) for _ in range(7))[3]
print(json.dumps(result))
`;

/** Times hftbacktest on the events in this run when TIDEGATE_PYTHON names a Python that has it; the recorded figures otherwise. */
function peerOn(events: BookEvents): Peer {
  const python = process.env.TIDEGATE_PYTHON;
  if (!python) return HFTBACKTEST;
  const columns = [
    events.see,
    events.kind,
    events.side,
    events.exchangeTime,
    events.localTime,
    events.price,
    events.lots,
  ].map((column) => Float64Array.from(column));
  const input = Buffer.concat(columns.map((column) => Buffer.from(column.buffer)));
  const args = ['-c', SCRIPT, JSON.stringify([events.length, GRID.tickSize, GRID.lotSize, STEP_NS])];
  const run = spawnSync(python, args, { input, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (run.status === 0) return JSON.parse(run.stdout) as Peer;
  process.stderr.write(
    `hftbacktest could not be timed, recorded figures are used: ${run.stderr.trim().split('\n').at(-1)}\n`,
  );
  return HFTBACKTEST;
}

/** The streaming features, each fed what it lives on, over an L2 stream; nanoseconds per event beyond the replay and the ten-level view. */
async function features(events: BookEvents): Promise<readonly Figure[]> {
  const replay = await medianCpu(() => replayWith(events, false));
  const all = await medianCpu(() => replayWith(events, true));
  const perEvent = (seconds: number) => (seconds / events.length) * 1e9;
  return [
    figure('book/replay with ten-level view per event', perEvent(replay), 'ns'),
    figure('book/features per event', perEvent(all - replay), 'ns', 1000),
  ];
}

function replayWith(events: BookEvents, withFeatures: boolean): void {
  const broker = brokerOn(events, 'riskAverse');
  const top = new TopView(broker.book, 10, GRID);
  const ofi = new OrderFlowImbalance();
  const lob = new LobFeatures();
  const regime = new MicroRegime();
  const liquidity = new Liquidity();
  const classifier = new TradeClassifier();
  const vpin = new Vpin({ bucketVolume: 5 });
  const cvd = new Cvd();
  const hurst = new RollingHurst();
  const ou = new OuSignal();
  const parkinson = new ParkinsonBlend();
  let second = 0;
  for (let i = 0; i < events.length; i++) {
    const time = events.localTime[i]! / 1e6;
    broker.advanceTo(events.localTime[i]!);
    if (events.kind[i] === EVENT.trade) {
      if (!withFeatures) continue;
      const price = events.price[i]! * GRID.tickSize;
      const size = events.lots[i]! * GRID.lotSize;
      const side = classifier.classify(price, events.side[i]!);
      vpin.add(size, side > 0);
      cvd.add(time, price, size, side);
      continue;
    }
    top.refresh(time);
    if (!withFeatures) continue;
    classifier.quote(top.bidPrice[0]!, top.askPrice[0]!);
    ofi.update(top);
    lob.update(top);
    regime.update(top);
    liquidity.update(top);
    lstmFallback(lob.z);
    if (time < second) continue;
    // What lives on a clock rather than on events.
    second = time + 1000;
    const mid = (top.bidPrice[0]! + top.askPrice[0]!) / 2;
    hurst.add(Math.log(mid / 50_000));
    ou.update(mid, hurst.value);
    parkinson.add(top.askPrice[0]!, top.bidPrice[0]!, mid);
    agreement([ofi.z, ou.signal, cvd.divergence], [0.4, 0.3, 0.3]);
  }
}

/** Measures the book simulation against hftbacktest, with and without the quoter, and the features' cost per event. */
export async function benches(): Promise<readonly Figure[]> {
  const random = randomMarket({ seed: 'bench', length: 1_000_000, depth: 200 });
  const peer = peerOn(random);
  const results = [
    await quoting('random market', random, 'riskAverse', peer),
    await quoting('random market', random, 'powerProb3(3)', peer),
    await idle('random market', random, peer),
    ...(await features(random)),
  ];
  const recorded = join(vectors, 'hft/events-btc-20240808.csv.gz');
  if (!existsSync(recorded)) return results;
  const events = repeated(readEvents(recorded, GRID), 10);
  const recordedPeer = peerOn(events);
  return [
    ...results,
    await quoting('BTC 2024-08-08, ten times', events, 'riskAverse', recordedPeer),
    await quoting('BTC 2024-08-08, ten times', events, 'powerProb3(3)', recordedPeer),
    await idle('BTC 2024-08-08, ten times', events, recordedPeer),
  ];
}

/** The same events several times over, a second apart, so that start-up does not count. */
function repeated(events: BookEvents, times: number): BookEvents {
  const { length, originMs, see, kind, side, exchangeTime, localTime, price, lots } = events;
  const span = Math.max(exchangeTime[length - 1]!, localTime[length - 1]!) + 1e9;
  const builder = new EventBuilder(originMs);
  for (let k = 0; k < times; k++) {
    for (let i = 0; i < length; i++) {
      const at = k * span;
      builder.push(see[i]!, kind[i]!, side[i]!, exchangeTime[i]! + at, localTime[i]! + at, price[i]!, lots[i]!);
    }
  }
  return builder.events();
}
