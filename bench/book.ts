import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makerTaker } from '../core/book/account.ts';
import { BookBroker } from '../core/book/book-broker.ts';
import type { BookEvents } from '../core/book/book-events.ts';
import { constantLatency } from '../core/book/latency.ts';
import { queueModel } from '../core/book/queue-models.ts';
import { runQuoter } from '../core/book/quoter.ts';
import { randomMarket } from '../core/book/random-market.ts';
import { TopView } from '../core/book/top-view.ts';
import { Cvd } from '../core/microstructure/cvd.ts';
import { Liquidity } from '../core/microstructure/liquidity.ts';
import { LobFeatures } from '../core/microstructure/lob-features.ts';
import { MicroRegime } from '../core/microstructure/micro-regime.ts';
import { OrderFlowImbalance } from '../core/microstructure/ofi.ts';
import { TradeClassifier } from '../core/microstructure/trade-classifier.ts';
import { Vpin } from '../core/microstructure/vpin.ts';
import { readEvents } from '../tests/vectors/hft.ts';

/** One measured figure; `ratio` is value / reference, so above 1 is better for rates. */
export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly reference?: number;
  readonly ratio?: number;
}

/** Events per CPU second of hftbacktest 2.4.4 with the same quoter, and without a strategy, measured on two shared cores. */
const HFTBACKTEST_QUOTING = 6.2e6;
const HFTBACKTEST_IDLE = 17.6e6;

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

/** CPU seconds of the fastest of `rounds` calls, after one to warm up. */
function cpuSeconds(run: () => void, rounds: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i <= rounds; i++) {
    const start = process.cpuUsage();
    run();
    const used = process.cpuUsage(start);
    if (i > 0) best = Math.min(best, (used.user + used.system) / 1e6);
  }
  return best;
}

function rate(name: string, events: BookEvents, run: () => void, reference: number): BenchResult {
  const value = events.length / cpuSeconds(run, 7);
  return { name, value, unit: 'events/CPU s', reference, ratio: value / reference };
}

function quoting(name: string, events: BookEvents, queue: string): BenchResult {
  const span = events.exchangeTime[events.length - 1]! - events.exchangeTime[0]!;
  const options = {
    offsetTicks: 0,
    lots: 10,
    maxLots: 50,
    startTime: events.exchangeTime[0]! + 1,
    stepNs: 100_000_000,
  };
  return rate(
    `book/quoter ${queue} ${name}`,
    events,
    () => runQuoter(brokerOn(events, queue), { ...options, steps: Math.floor(span / options.stepNs) }),
    HFTBACKTEST_QUOTING,
  );
}

function idle(name: string, events: BookEvents): BenchResult {
  return rate(
    `book/idle ${name}`,
    events,
    () => brokerOn(events, 'riskAverse').advanceTo(events.localTime[events.length - 1]!),
    HFTBACKTEST_IDLE,
  );
}

/** The streaming features together, each fed what it lives on, over an L2 stream; nanoseconds per event, amortised. */
function features(events: BookEvents): BenchResult {
  const run = () => {
    const broker = brokerOn(events, 'riskAverse');
    const top = new TopView(broker.book, 10, GRID);
    const ofi = new OrderFlowImbalance();
    const lob = new LobFeatures();
    const regime = new MicroRegime();
    const liquidity = new Liquidity();
    const classifier = new TradeClassifier();
    const vpin = new Vpin({ bucketVolume: 5 });
    const cvd = new Cvd();
    for (let i = 0; i < events.length; i++) {
      const time = events.localTime[i]! / 1e6;
      broker.advanceTo(events.localTime[i]!);
      if (events.kind[i] === 1) {
        const price = events.price[i]! * GRID.tickSize;
        const size = events.lots[i]! * GRID.lotSize;
        const side = classifier.classify(price, events.side[i]!);
        vpin.add(size, side > 0);
        cvd.add(time, price, size, side);
        continue;
      }
      top.refresh(time);
      classifier.quote(top.bidPrice[0]!, top.askPrice[0]!);
      ofi.update(top);
      lob.update(top);
      regime.update(top);
      liquidity.update(top);
    }
  };
  const value = (cpuSeconds(run, 5) / events.length) * 1e9;
  return {
    name: 'book/features per event, book replay included',
    value,
    unit: 'ns',
    reference: 1000,
    ratio: 1000 / value,
  };
}

/** Measures the book simulation: events per CPU second with and without the quoter, and the features' cost per event. */
export async function benches(): Promise<readonly BenchResult[]> {
  const random = randomMarket({ seed: 'bench', length: 1_000_000, depth: 200 });
  const results = [
    quoting('random market', random, 'riskAverse'),
    quoting('random market', random, 'powerProb3(3)'),
    idle('random market', random),
    features(random),
  ];
  const recorded = join(vectors, 'hft/events-btc-20240808.csv.gz');
  if (!existsSync(recorded)) return results;
  const events = readEvents(recorded, GRID);
  return [
    ...results,
    quoting('BTC 2024-08-08', events, 'riskAverse'),
    quoting('BTC 2024-08-08', events, 'powerProb3(3)'),
    idle('BTC 2024-08-08', events),
  ];
}
