import type { InstrumentSpec } from '../../domain/instrument.ts';
import { detailOf } from '../../domain/timeframe.ts';
import { Instrument } from '../../domain/tradable.ts';
import { Engine } from '../../engine/engine.ts';
import type { EventRecorder } from '../../engine/engine-options.ts';
import { Account } from '../../engine/ledger/account.ts';
import type { FeeAsset } from '../../engine/ledger/fee-asset.ts';
import { addSlot, type PairState, type Slot } from '../../engine/slot.ts';
import { EngineClock } from '../../engine/time.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { checkSettlement } from '../check-tradable.ts';
import { LearnedRun, type LearningServices } from '../learning/learned-run.ts';
import { answerStored } from '../learning/train-all.ts';
import { needsOf } from '../needs.ts';
import { commonTimeframe, makeStrategy, seriesOf } from '../prepare.ts';
import { stakeSizing } from '../stake-sizing.ts';
import { declareFeatures, pairStateOf, viewsOf } from '../wire-slots.ts';
import { LiveGrids } from './live-grids.ts';

/** What a session's engine is made of, beside the configuration. All of it is journalled, so that a replay makes the same engine. */
export interface SessionTerms {
  /** Traded pairs, in order. */
  readonly pairs: readonly string[];
  readonly specs: readonly InstrumentSpec[];
  /** ms UTC of engine time 0. */
  readonly origin: number;
  readonly startingBalance: number;
  /** Spot buys pay their fee in what they buy. */
  readonly feesInBase: boolean;
  /** ROI as resting limits. */
  readonly roiRests: boolean;
  /** The simulated exchange tells when a change of price has arrived. Absent in journals from before it did. */
  readonly requestsTravel?: boolean;
}

/** An engine with its slots, over live grids that are still empty. */
export interface TradeWiring {
  readonly engine: Engine;
  readonly states: readonly PairState[];
  readonly slots: readonly Slot[];
  readonly grids: LiveGrids;
  readonly strategies: readonly { readonly name: string; readonly strategy: Strategy }[];
  readonly timeframe: string;
  /** Shorter candles on which positions are looked after; null: the strategies' own. */
  readonly detail: string | null;
  /** What the strategies learn: its timelines say who answers. */
  readonly learned: LearnedRun | null;
  /** Candles of history that are to be fed before the first traded one. */
  readonly startup: number;
}

/**
 * Makes strategies, features and the engine for a live session or its replay.
 * @throws TidegateError CONFIG_VALUE for pairs that this account cannot trade, and those of making strategies and features
 */
export async function wireTrade(
  options: BacktestOptions,
  terms: SessionTerms,
  recorder?: EventRecorder,
): Promise<TradeWiring> {
  const made = options.strategies.map((source) => ({ source, strategy: makeStrategy(source, options.timeframe) }));
  const frameName = commonTimeframe(made);
  const learned = options.learning && (await learnedOf(options.learning, made, terms.pairs));
  const declared = made.flatMap(({ strategy, source }) =>
    terms.pairs.flatMap((pair) => seriesOf(strategy, source.name, pair, learned)),
  );
  if (learned) answerStored(learned);
  const lookback = learned?.lookback ?? 0;
  const needs = needsOf(declared, frameName);
  const grids = new LiveGrids(terms.pairs, frameName, needs, lookback);
  const states = terms.pairs.map((pair, index) => {
    const spec = terms.specs.find((s) => s.pair === pair);
    if (spec === undefined) throw unknownPair(pair, options.exchange);
    checkSettlement(spec, options.stakeCurrency);
    return pairStateOf(index, new Instrument(spec), grids.grid(pair));
  });
  const fees: FeeAsset | null = terms.feesInBase ? { kind: 'base' } : null;
  const account = new Account(options.exchange, options.stakeCurrency, {}, fees);
  account.stake.free.set(terms.startingBalance);
  const strategies = made.map(({ source, strategy }) => ({ name: source.name, strategy }));
  const modules = await options.modules?.(strategies);
  const slots: Slot[] = [];
  const engine = new Engine({
    clock: new EngineClock(terms.origin),
    account,
    pairs: states,
    slots,
    maxOpenPositions: options.maxOpenTrades,
    netting: options.netting ?? false,
    sizing: modules?.sizing ?? stakeSizing(options.stakeAmount, options.tradableBalanceRatio),
    risk: modules?.risk ?? [],
    ...(modules?.execution && { execution: modules.execution }),
    roiRests: terms.roiRests,
    requestsTravel: terms.requestsTravel ?? false,
    ...(recorder && { recorder }),
  });
  for (const { name, strategy } of strategies)
    for (const pair of states) {
      const declared = declareFeatures(strategy, name, pair.pair, grids.plan, learned);
      const features = viewsOf(declared, grids.plan, pair.cursor);
      addSlot(slots, { name, strategy, pair, features, account: engine.ledger, startRow: 0 });
    }
  const author = Math.max(...strategies.map((s) => s.strategy.startupCandles));
  return {
    engine,
    states,
    slots,
    grids,
    strategies,
    timeframe: frameName,
    detail: detailOf(options.detailTimeframe, frameName),
    learned: learned && learned.nodes.size > 0 ? learned : null,
    startup: Math.max(author, needs.warmup, needs.settle, lookback) + 1,
  };
}

function learnedOf(
  services: LearningServices,
  made: readonly { readonly strategy: Strategy }[],
  [pair]: readonly string[],
): Promise<LearnedRun> {
  return LearnedRun.open(
    // Positions have to be looked after, with or without a model.
    { ...services, onUnusable: () => {} },
    made.map((m) => m.strategy),
    pair!,
  );
}

/** The error for a pair that the exchange does not list. */
export function unknownPair(pair: string, exchange: string): TidegateError {
  return new TidegateError('TRADE_PAIR', `${exchange} lists no ${pair}`, {
    where: 'pairs',
    remedy:
      'It may have been delisted, or be spelt otherwise: "tidegate show exchange" helps. Take it out of the pairs.',
  });
}
