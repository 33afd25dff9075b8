import type { InstrumentSpec } from '../domain/instrument.ts';
import { Instrument } from '../domain/tradable.ts';
import type { PositionView } from '../domain/views.ts';
import { drawAt, type Rng } from '../foundation/rng.ts';
import type { ClosedTrades, Intent, TradingContext } from '../ports/trading-modules.ts';

/** One closed trade for a fake history. Time ms UTC. */
export interface PastTrade {
  readonly pair: string;
  readonly profitRatio: number;
  readonly profitAbs: number;
  readonly exitReason: string;
  readonly closeTime: number;
}

/** A closed-trades view over a list, oldest first; the list may grow. */
export function closedTradesOf(trades: readonly PastTrade[]): ClosedTrades {
  const at = (k: number) => trades[trades.length - 1 - k]!;
  return {
    get count() {
      return trades.length;
    },
    profitRatio: (k) => at(k).profitRatio,
    profitAbs: (k) => at(k).profitAbs,
    pair: (k) => at(k).pair,
    exitReason: (k) => at(k).exitReason,
    closeTime: (k) => at(k).closeTime,
  };
}

/** A perpetual: tick 0.1, lot 0.001, fees 2 and 5 basis points, leverage up to 50. */
export function testSpec(changes: Partial<InstrumentSpec> = {}): InstrumentSpec {
  return {
    exchange: 'test',
    pair: 'BTC/USDT:USDT',
    kind: 'perpetual',
    base: 'BTC',
    quote: 'USDT',
    settle: 'USDT',
    validFrom: 0,
    status: 'trading',
    priceTick: 0.1,
    amountStep: 0.001,
    minAmount: 0.001,
    minCost: 5,
    contractSize: 1,
    makerFee: 0.0002,
    takerFee: 0.0005,
    maxLeverage: 50,
    tiers: [],
    fundingIntervalHours: 8,
    ...changes,
  };
}

/** An entry intent: a long of one unit of leverage at 100 unless changed. */
export function testIntent(changes: Partial<Intent> = {}): Intent {
  const pair = changes.pair ?? 'BTC/USDT:USDT';
  return {
    kind: 'entry',
    strategy: 'Test',
    pair,
    side: 'long',
    tag: null,
    time: 0,
    rate: 100,
    leverage: 1,
    instrument: new Instrument(testSpec({ pair })),
    ...changes,
  };
}

/** A context: 1,000 of stake currency, nothing open, nothing closed, unless changed. */
export function testContext(
  changes: Partial<Omit<TradingContext, 'closed'>> & { readonly trades?: readonly PastTrade[] } = {},
): TradingContext {
  const { trades = [], ...rest } = changes;
  const openPositions = rest.openPositions ?? [];
  return {
    account: { equity: 1000, free: 1000, openPositions: openPositions.length },
    maxOpenPositions: 5,
    startingBalance: 1000,
    past: () => Number.NaN,
    ...rest,
    openPositions,
    closed: closedTradesOf(trades),
  };
}

/** An open position view of one unit at 100, unless changed. */
export function testPosition(changes: Partial<Omit<PositionView, 'profitRatio'>> = {}): PositionView {
  const side = changes.side ?? 'long';
  const view = {
    pair: 'BTC/USDT:USDT',
    sign: side === 'long' ? (1 as const) : (-1 as const),
    amount: 1,
    openRate: 100,
    openTime: 0,
    leverage: 1,
    stake: 100,
    entryTag: null,
    entries: 1,
    exits: 0,
    stopRate: null,
    liquidationRate: null,
    bestRate: 100,
    ...changes,
    side,
  };
  return { ...view, profitRatio: (rate) => (view.sign * (rate - view.openRate) * view.leverage) / view.openRate };
}

const PAIRS = ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT'];
const REASONS = ['stop_loss', 'trailing_stop_loss', 'roi', 'exit_signal', 'liquidation'];

/** The next trade of a made-up history, some minutes after the one before. */
export function randomTrade(rng: Rng, after: number): PastTrade {
  const profitRatio = 0.03 * rng.normal();
  return {
    pair: PAIRS[rng.int(PAIRS.length)]!,
    profitRatio,
    profitAbs: profitRatio * (20 + 100 * rng.next()),
    exitReason: REASONS[rng.int(REASONS.length)]!,
    closeTime: after + 60_000 * (1 + rng.int(120)),
  };
}

/** A made-up intent at a time. */
export function randomIntent(rng: Rng, time: number): Intent {
  const pair = PAIRS[rng.int(PAIRS.length)]!;
  return testIntent({
    kind: rng.next() < 0.9 ? 'entry' : 'addition',
    pair,
    side: rng.next() < 0.5 ? 'long' : 'short',
    time,
    rate: 10 ** (4 * rng.next() - 1),
    leverage: rng.next() < 0.5 ? 1 : 1 + rng.int(20),
  });
}

/** A made-up account and open positions around given closed trades; equity may be all gone. */
export function randomContext(rng: Rng, trades: readonly PastTrade[]): TradingContext {
  const equity = rng.next() < 0.05 ? 0 : 10 ** (5 * rng.next());
  const openPositions = PAIRS.slice(0, rng.int(PAIRS.length + 1)).map((pair) =>
    testPosition({
      pair,
      side: rng.next() < 0.5 ? 'long' : 'short',
      amount: rng.next() * 3,
      openRate: 50 + 100 * rng.next(),
    }),
  );
  return testContext({
    account: { equity, free: equity * rng.next(), openPositions: openPositions.length },
    openPositions,
    trades,
    past: (pair, field, ago) => 100 * (1 + 0.01 * drawAt(equity, pair, field, ago)),
  });
}
