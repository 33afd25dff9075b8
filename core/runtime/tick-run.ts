import type { ClosedTrade } from '../domain/trade.ts';
import { TidegateError } from '../foundation/errors.ts';
import { closedTrades, hashOf, resultHash } from './result-of.ts';
import type { TickRunOptions } from './tick-options.ts';
import type { TickRecorder } from './tick-recorder.ts';
import { TickSession } from './tick-session.ts';

/** Steps between looks at the clock of progress and the parts. */
const STEPS = 4096;

/** What a run on ticks leaves behind. */
export interface TickResult {
  readonly kind: 'ticks';
  readonly hash: string;
  readonly inputHash: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly strategy: string;
  readonly pair: string;
  /** First and last moment seen, ms UTC. */
  readonly from: number;
  readonly to: number;
  readonly startingBalance: number;
  readonly finalBalance: number;
  readonly trades: readonly ClosedTrade[];
  readonly fills: readonly {
    readonly time: number;
    readonly side: 'buy' | 'sell';
    readonly price: number;
    readonly amount: number;
    readonly fee: number;
    readonly isMaker: boolean;
    readonly isQuote: boolean;
  }[];
  readonly equity: { readonly time: Float64Array; readonly value: Float64Array };
  /** The result split at mid, quote units; `total` is its sum. */
  readonly split: {
    readonly spread: number;
    readonly inventory: number;
    readonly fees: number;
    readonly funding: number;
    readonly total: number;
  };
  readonly markouts: TickRecorder['markouts']['rows'];
  readonly messages: {
    readonly requests: number;
    readonly fills: number;
    readonly held: number;
    readonly orderToTradeRatio: number;
  };
  readonly decisions: TickRecorder['decisions'];
  readonly decisionCounts: Readonly<Record<string, { readonly passed: number; readonly refused: number }>>;
  readonly rejected: Readonly<Record<string, number>>;
  readonly counts: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
}

/** A result with what its page is drawn from. */
export interface TickRun {
  readonly result: TickResult;
  readonly session: TickSession;
}

/**
 * Runs a strategy over recorded trades and books, through the same engine and ledger as over candles.
 * @throws TidegateError TICKS_EMPTY, those of reading, of latency and queue settings, and of strategies that throw
 */
export async function runTicks(options: TickRunOptions): Promise<TickRun> {
  const { parts, onProgress } = options;
  if (!(options.startingBalance > 0))
    throw new TidegateError('CONFIG_VALUE', `startingBalance is ${options.startingBalance}`, {
      remedy: 'Give a positive amount of stake currency.',
    });
  await parts.ready?.();
  const { source } = options;
  const strategy = source.create(source.parameters ? { parameters: source.parameters } : {});
  const session = new TickSession(options, strategy, (await options.execution?.(strategy)) ?? null);
  session.strategy.onStart?.();
  for (let steps = 1; ; steps++) {
    if (parts.ready && !parts.isReady) await parts.ready();
    if (!session.step()) break;
    if (steps % STEPS === 0 && onProgress?.(session.engine.clock.toMs(session.broker.now)) === false)
      throw new TidegateError('RUN_STOPPED', 'the backtest was stopped', { remedy: 'Nothing was kept; run it again.' });
  }
  if (session.messages === 0)
    throw new TidegateError('TICKS_EMPTY', `there are no ticks of ${options.pair} in the range`, {
      remedy: 'See "tidegate ticks list".',
    });
  session.finish();
  return { result: resultOf(options, session), session };
}

function resultOf(options: TickRunOptions, session: TickSession): TickResult {
  const { engine, recorder, meter, slot, broker } = session;
  const { instrument } = slot.pair;
  const { samples, split } = recorder;
  const trades = closedTrades(engine, [slot]);
  const equity = {
    time: Float64Array.from(samples, (s) => s.time),
    value: Float64Array.from(samples, (s) => s.equity),
  };
  const inputs = {
    strategy: options.source.name,
    code: options.source.codeHash,
    parameters: {
      ...Object.fromEntries(Object.entries(session.strategy.declared).map(([k, p]) => [k, p.fallback])),
      ...options.source.parameters,
    },
    exchange: options.exchange,
    pair: options.pair,
    spec: options.spec,
    grid: options.grid,
    venue: options.venue ?? {},
    startingBalance: options.startingBalance,
    stakeAmount: options.stakeAmount,
    sampleMs: options.sampleMs ?? 1000,
    dataKind: options.dataKind ?? 'real',
    v8: process.versions.v8,
    ...options.settings,
  };
  const flat = new Float64Array(equity.time.length);
  const { spread, inventory, fees, funding, total } = split;
  return {
    kind: 'ticks',
    hash: resultHash(trades, { ...equity, equity: equity.value, buyAndHold: flat, exposure: flat }),
    inputHash: hashOf(inputs),
    inputs,
    strategy: options.source.name,
    pair: options.pair,
    from: samples[0]?.time ?? Number.NaN,
    to: samples.at(-1)?.time ?? Number.NaN,
    startingBalance: options.startingBalance,
    finalBalance: engine.ledger.equity,
    trades,
    fills: recorder.fills.map((f) => ({
      time: engine.clock.toMs(f.time),
      side: f.sign > 0 ? ('buy' as const) : ('sell' as const),
      price: instrument.price(f.ticks),
      amount: instrument.amount(f.lots),
      fee: f.fee,
      isMaker: f.isMaker,
      isQuote: f.isQuote,
    })),
    equity,
    split: { spread, inventory, fees, funding, total },
    markouts: recorder.markouts.rows,
    messages: {
      requests: meter.messages,
      fills: meter.fills,
      held: meter.held,
      orderToTradeRatio: meter.orderToTradeRatio,
    },
    decisions: recorder.decisions,
    decisionCounts: Object.fromEntries(recorder.decisionCounts),
    rejected: { ...engine.refused },
    counts: {
      feedMessages: session.messages,
      orders: engine.logs.orders.length,
      fills: engine.logs.fills.length,
      openPosition: slot.position?.lots ?? 0,
    },
    notes: notesOf(options, session, broker.exchange.account.position),
  };
}

function notesOf(options: TickRunOptions, { strategy, slot }: TickSession, atExchange: number): string[] {
  const notes: string[] = [];
  if (options.specAssumed)
    notes.push(`no stored market specification: fees and minima are assumed for ${options.pair}`);
  if (options.venue?.conflateMs)
    notes.push(`accelerated: book changes within ${options.venue.conflateMs} ms are seen as one`);
  if (slot.position !== null)
    notes.push(`a position of ${slot.position.amount} was left: the last book had too little to close it against`);
  const held = slot.position === null ? 0 : slot.position.sign * slot.position.lots;
  if (held !== atExchange) notes.push(`the ledger holds ${held} lots and the exchange ${atExchange}: report this`);
  if (strategy.onCandle) notes.push('onCandle is not called in runs on ticks');
  if (options.spec.kind === 'perpetual') notes.push('funding is paid where the ticks hold funding rows');
  return notes;
}
