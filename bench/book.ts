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
import { hftbacktestOn, type Peer } from './hftbacktest.ts';

const STEP_NS = 100_000_000;
const GRID = { tickSize: 0.1, lotSize: 0.001 };
const PEER = {
  grid: GRID,
  queue: 'riskAverse',
  exchange: 'whole',
  latencyNs: 10_000_000,
  stepNs: STEP_NS,
  lots: 10,
  maxLots: 50,
} as const;
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
  const peer = hftbacktestOn(random, PEER);
  const results = [
    await quoting('random market', random, 'riskAverse', peer),
    await quoting('random market', random, 'powerProb3(3)', peer),
    await idle('random market', random, peer),
    ...(await features(random)),
  ];
  const events = recordedDay();
  if (!events) return results;
  const recordedPeer = hftbacktestOn(events, PEER);
  return [
    ...results,
    await quoting('BTC 2024-08-08, ten times', events, 'riskAverse', recordedPeer),
    await quoting('BTC 2024-08-08, ten times', events, 'powerProb3(3)', recordedPeer),
    await idle('BTC 2024-08-08, ten times', events, recordedPeer),
  ];
}

/** Ten times the 175 recorded seconds of BTC/USDT on 2024-08-08; null where the shared data are absent. */
export function recordedDay(): BookEvents | null {
  const recorded = join(vectors, 'hft/events-btc-20240808.csv.gz');
  return existsSync(recorded) ? repeated(readEvents(recorded, GRID), 10) : null;
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
