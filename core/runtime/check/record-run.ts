import type { TradeOrder } from '../../domain/trade.ts';
import type { Bar } from '../../strategy/bar.ts';
import { ANSWERING_CALLBACKS, type Strategy, type StrategyContext } from '../../strategy/strategy.ts';
import { backtest } from '../backtest.ts';
import type { BacktestOptions, StrategySource } from '../backtest-options.ts';
import { assignedPrivateFields, changedFields, fieldSnapshot } from './field-snapshot.ts';

/** One answer of a strategy: which callback, for which pair, when, and what it said, as text. */
export interface Decision {
  readonly callback: string;
  readonly pair: string;
  /** ms UTC: the close of the candle for `onCandle`, else the time that the callback was told. */
  readonly time: number;
  readonly answer: string;
}

/** Everything of a run that must not depend on what comes after. */
export interface Trace {
  readonly decisions: readonly Decision[];
  /** Fills in order of time. */
  readonly fills: readonly (TradeOrder & { readonly pair: string })[];
  /** Feature columns by pair, with the opening times of their rows. */
  readonly features: ReadonlyMap<
    string,
    { readonly time: Float64Array; readonly columns: Readonly<Record<string, Float64Array>> }
  >;
  readonly hash: string;
  /** Fields that changed after `onStart`, by strategy name. */
  readonly changed: readonly { readonly strategy: string; readonly field: string }[];
  readonly privateFields: readonly { readonly strategy: string; readonly field: string }[];
}

const WRAPPED: ReadonlySet<string> = new Set([...ANSWERING_CALLBACKS, 'onCandle', 'onStart', 'onStop']);

/** Runs a backtest and writes down every answer that the strategies gave. */
export async function recordRun(options: BacktestOptions): Promise<Trace> {
  const decisions: Decision[] = [];
  const finish: (() => void)[] = [];
  const changed: { strategy: string; field: string }[] = [];
  const privateFields: { strategy: string; field: string }[] = [];
  const strategies = options.strategies.map((source): StrategySource => {
    const create = (context: StrategyContext) => {
      const strategy = source.create(context);
      for (const field of assignedPrivateFields(strategy)) privateFields.push({ strategy: source.name, field });
      finish.push(observe(strategy, decisions, (field) => changed.push({ strategy: source.name, field })));
      return strategy;
    };
    return { ...source, create };
  });
  const { result } = await backtest({ ...options, strategies });
  for (const end of finish) end();
  return {
    decisions,
    fills: result.trades
      .flatMap((trade) => trade.orders.map((order) => ({ ...order, pair: trade.pair })))
      .sort((a, b) => a.time - b.time || a.pair.localeCompare(b.pair)),
    features: new Map(
      [...result.market].map(([pair, { candles, features }]) => [pair, { time: candles.time, columns: features }]),
    ),
    hash: result.hash,
    changed,
    privateFields,
  };
}

/** Puts recorders before an instance's callbacks. Returns what to do at the end of the run. */
function observe(strategy: Strategy, decisions: Decision[], onChanged: (field: string) => void): () => void {
  let before: ReadonlyMap<string, string> | undefined;
  const own = strategy as unknown as Record<string, ((...args: unknown[]) => unknown) | undefined>;
  const wrap = (
    name: string,
    wrapped: (original: (...args: unknown[]) => unknown) => (...args: unknown[]) => unknown,
  ) => {
    const original = own[name];
    if (original) own[name] = wrapped(original.bind(strategy));
  };
  for (const name of ANSWERING_CALLBACKS)
    wrap(name, (original) => (context) => {
      const answer = original(context);
      const { pair, time } = context as { readonly pair: string; readonly time: number };
      decisions.push({ callback: name, pair, time, answer: JSON.stringify(answer) ?? 'nothing' });
      return answer;
    });
  wrap('onCandle', (original) => (given) => {
    // The first candle is where the run begins, with or without an onStart.
    before ??= fieldSnapshot(strategy, WRAPPED);
    const bar = given as Bar;
    original(bar);
    const { flags, entryTag, exitTag } = strategy.signals;
    const answer = flags === 0 ? '' : signalWords(flags, entryTag, exitTag);
    decisions.push({ callback: 'onCandle', pair: bar.pair, time: bar.candle.closeTime, answer });
  });
  // The end of cut data is no end that a strategy would see.
  if (own.onStop) own.onStop = () => {};
  return () => {
    if (!before) return;
    for (const field of changedFields(before, fieldSnapshot(strategy, WRAPPED))) onChanged(field);
  };
}

function signalWords(flags: number, entryTag: string | null, exitTag: string | null): string {
  const names = ['enter long', 'exit long', 'enter short', 'exit short'].filter((_, bit) => flags & (1 << bit));
  const tags = [entryTag, exitTag].filter((tag) => tag !== null).map((tag) => `"${tag}"`);
  return [names.join(' and '), ...tags].join(' ');
}
