import type { Markout } from '../../book/markouts.ts';
import { PnlSplit } from '../../book/pnl-split.ts';
import type { RunResult } from '../../domain/run-result.ts';
import type { ClosedTrade } from '../../domain/trade.ts';
import type { MessageMeter } from '../../engine/fills/book/message-limits.ts';
import type { Decision } from '../../strategy/quotes.ts';
import { packageVersion } from '../package-root.ts';
import { closedTrades, columnsHash, hashOf } from '../result-of.ts';
import type { TickMarket } from './tick-market.ts';
import type { TickRunOptions } from './tick-options.ts';
import type { TickSession } from './tick-session.ts';
import type { TickWiring } from './tick-wiring.ts';

/** A fill of a run on ticks. Time ms UTC. */
export interface TickFill {
  readonly pair: string;
  readonly time: number;
  readonly side: 'buy' | 'sell';
  readonly price: number;
  readonly amount: number;
  readonly fee: number;
  readonly isMaker: boolean;
  readonly isQuote: boolean;
}

/** Results split at mid, quote units; `total` is the sum. */
export interface TickSplit {
  readonly spread: number;
  readonly inventory: number;
  readonly fees: number;
  readonly funding: number;
  readonly total: number;
}

/** What a run on ticks leaves behind: a result like any other, and what only ticks can tell. */
export interface TickResult extends RunResult {
  readonly kind: 'ticks';
  readonly startingBalance: number;
  /** First and last moment seen, ms UTC. */
  readonly from: number;
  readonly to: number;
  readonly fills: readonly TickFill[];
  readonly split: TickSplit;
  readonly markouts: readonly Markout[];
  readonly messages: {
    readonly requests: number;
    readonly fills: number;
    readonly held: number;
    readonly orderToTradeRatio: number;
  };
  /** Per pair, where there are several. */
  readonly byPair: readonly {
    readonly pair: string;
    readonly split: TickSplit;
    readonly markouts: readonly Markout[];
  }[];
  readonly decisions: readonly Decision[];
  readonly decisionCounts: Readonly<Record<string, { readonly passed: number; readonly refused: number }>>;
  readonly notes: readonly string[];
}

/** Hash of the outcome: every fill and closed trade as the engine logged them, and every point of the equity curve. */
function outcomeHash({ engine }: TickSession, { time, equity }: RunResult['equity']): string {
  const { fills, trades } = engine.logs;
  return columnsHash([...fills.rows, ...trades.rows, time, equity]);
}

/** The result of a session that has ended. */
export function tickResult(options: TickRunOptions, wiring: TickWiring, session: TickSession): TickResult {
  const { engine, meter, markets, slots, decisions } = session;
  let trades: readonly ClosedTrade[] | undefined;
  let fills: readonly TickFill[] | undefined;
  const equity = equityOf(markets, options.startingBalance);
  const inputs = inputsOf(options, wiring, session, equity.time);
  const split = sumOf(markets);
  return {
    kind: 'ticks',
    hash: outcomeHash(session, equity),
    inputHash: hashOf(inputs),
    inputs,
    from: equity.time[0] ?? Number.NaN,
    to: equity.time.at(-1) ?? Number.NaN,
    startingBalance: options.startingBalance,
    finalBalance: engine.ledger.equity,
    // Searches seldom look at these as objects.
    get trades() {
      trades ??= closedTrades(engine, slots);
      return trades;
    },
    get fills() {
      fills ??= markets
        .flatMap((market) => fillsOf(market, engine.clock.toMs.bind(engine.clock)))
        .sort((a, b) => a.time - b.time);
      return fills;
    },
    equity,
    split,
    markouts: markoutsOf(markets),
    byPair:
      markets.length > 1
        ? markets.map(({ pair, recorder }) => ({
            pair: pair.pair,
            split: splitOf(recorder.split),
            markouts: recorder.markouts.rows,
          }))
        : [],
    messages: {
      requests: meter.messages,
      fills: meter.fills,
      held: meter.held,
      orderToTradeRatio: meter.orderToTradeRatio,
    },
    decisions: decisions.kept,
    decisionCounts: Object.fromEntries(decisions.counts),
    rejected: { ...engine.refused },
    counts: {
      steps: session.steps,
      orders: engine.logs.orders.length,
      fills: engine.logs.fills.length,
      onCandleCalls: slots.reduce((sum, slot) => sum + slot.calls, 0),
      openPosition: slots.reduce((sum, slot) => sum + (slot.position?.lots ?? 0), 0),
    },
    trials: options.trials ?? { count: 1, sharpeVariance: 0 },
    market: new Map(),
    notes: [
      ...(options.notes ?? []),
      ...wiring.notes,
      ...markets.flatMap((market) => notesOf(options, market)),
      ...ratioNotes(meter, options),
    ],
  };
}

function inputsOf(
  options: TickRunOptions,
  { learned }: TickWiring,
  session: TickSession,
  time: Float64Array,
): RunResult['inputs'] {
  const { strategies, markets } = options;
  const contents = session.risk.flatMap((module) => module.contentHash ?? []);
  return {
    strategies: strategies.map((s) => s.name),
    pairs: markets.map((m) => m.pair),
    timeframe: 'ticks',
    detailTimeframe: null,
    from: time[0] ?? Number.NaN,
    to: time.at(-1) ?? Number.NaN,
    fills: 'book',
    stakeCurrency: options.stakeCurrency,
    startingBalance: options.startingBalance,
    settings: {
      code: strategies.map((s) => s.codeHash),
      plugins: options.registry?.usedCode ?? {},
      package: packageVersion(),
      parameters: strategies.map((s, k) => ({
        ...Object.fromEntries(
          Object.entries(session.named[k]!.strategy.declared).map(([name, p]) => [
            name,
            (p as { fallback?: unknown }).fallback,
          ]),
        ),
        ...s.parameters,
      })),
      exchange: options.exchange,
      specs: markets.map((m) => m.spec),
      grids: markets.map((m) => m.grid),
      venue: options.venue ?? {},
      candles: options.timeframe ?? null,
      stakeAmount: options.stakeAmount,
      tradableBalanceRatio: options.tradableBalanceRatio ?? null,
      maxOpenTrades: options.maxOpenTrades ?? null,
      sampleMs: options.sampleMs ?? 1000,
      v8: process.versions.v8,
      ...(contents.length > 0 && { contents }),
      ...(learned.length > 0 && { learned }),
      ...options.settings,
    },
    dataKind: options.dataKind ?? 'real',
  };
}

function fillsOf({ pair, recorder }: TickMarket, toMs: (time: number) => number): TickFill[] {
  const { instrument } = pair;
  return Array.from({ length: recorder.fills.length }, (_, row) => {
    const f = recorder.fills.read(row);
    return {
      pair: pair.pair,
      time: toMs(f.time),
      side: f.sign > 0 ? 'buy' : 'sell',
      price: instrument.price(f.ticks),
      amount: instrument.amount(f.lots),
      fee: f.fee,
      isMaker: f.isMaker === 1,
      isQuote: f.isQuote === 1,
    };
  });
}

/** The account's curve at the samples, with the pairs held from their first mid on beside it. */
function equityOf(markets: readonly TickMarket[], startingBalance: number): RunResult['equity'] {
  const samples = markets[0]!.recorder.samples;
  const n = samples.length;
  const buyAndHold = new Float64Array(n);
  const exposure = new Float64Array(n);
  const share = startingBalance / markets.length;
  for (const { recorder } of markets) {
    let first = Number.NaN;
    for (let i = 0; i < n; i++) {
      const { mid, inventory, equity } = recorder.samples[i]!;
      if (Number.isNaN(first)) first = mid;
      buyAndHold[i]! += Number.isNaN(first) ? share : (share * mid) / first;
      if (equity > 0 && mid > 0) exposure[i]! += (Math.abs(inventory) * mid) / equity;
    }
  }
  return {
    time: Float64Array.from(samples, (s) => s.time),
    equity: Float64Array.from(samples, (s) => s.equity),
    buyAndHold,
    exposure,
  };
}

function splitOf({ spread, inventory, fees, funding, total }: PnlSplit): TickSplit {
  return { spread, inventory, fees, funding, total };
}

function sumOf(markets: readonly TickMarket[]): TickSplit {
  const sum = new PnlSplit();
  for (const { recorder } of markets) {
    sum.spread += recorder.split.spread;
    sum.inventory += recorder.split.inventory;
    sum.fees += recorder.split.fees;
    sum.funding += recorder.split.funding;
  }
  return splitOf(sum);
}

/** Means over all pairs, weighted by fills. */
function markoutsOf(markets: readonly TickMarket[]): Markout[] {
  const rows = markets.map(({ recorder }) => recorder.markouts.rows);
  return rows[0]!.map(({ seconds }, h) => {
    const here = rows.map((r) => r[h]!).filter((m) => m.fills > 0);
    const fills = here.reduce((sum, m) => sum + m.fills, 0);
    return {
      seconds,
      fills,
      bps: here.reduce((sum, m) => sum + (m.bps * m.fills) / fills, fills > 0 ? 0 : Number.NaN),
    };
  });
}

/** A ratio that was reached with nothing left to fill stays reached: nothing new is sent from there on. */
function ratioNotes({ heldByRatio, fills, messages }: MessageMeter, { venue }: TickRunOptions): string[] {
  const ratio = venue?.limits?.orderToTradeRatio;
  if (heldByRatio === 0 || ratio === undefined) return [];
  return [
    `the order-to-trade ratio of ${ratio} held back ${heldByRatio} new orders, after ${messages} requests for ${fills} fills: only fills lift it (ticks.limits.orderToTradeRatio, grace)`,
  ];
}

function notesOf(options: TickRunOptions, market: TickMarket): string[] {
  const notes: string[] = [];
  const { pair, broker } = market;
  if (market.options.specAssumed)
    notes.push(`no stored market specification: fees and minima are assumed for ${pair.pair}`);
  if (options.venue?.conflateMs)
    notes.push(`accelerated: book changes within ${options.venue.conflateMs} ms are seen as one`);
  for (const { lacksCoins, slot } of market.desks)
    if (lacksCoins)
      notes.push(
        `${slot.strategyName} quoted asks on ${pair.pair} that its own stop left no coins for: on spot no ask rests beside a stop. To quote both sides set stoploss = -1 (with real orders, trade.maxLoss as well)`,
      );
  let held = 0;
  for (const { position } of pair.slots) {
    if (position === null) continue;
    held += position.sign * position.lots;
    notes.push(
      `a position of ${position.amount} ${pair.pair} was left: the last book had too little to close it against`,
    );
  }
  const atExchange = broker.exchange.account.position;
  if (held !== atExchange)
    notes.push(`the ledger holds ${held} lots of ${pair.pair} and the exchange ${atExchange}: report this`);
  return notes;
}
