import { type FeeModel, type FeeTier, makerTaker, tieredFees } from '../../book/account.ts';
import type { BookEvents, LotGrid } from '../../book/book-events.ts';
import type { Answer, OrderRequest } from '../../book/book-order.ts';
import { constantLatency, distributedLatency, type LatencyModel, recordedLatency } from '../../book/latency.ts';
import { type QueueModel, queueModel } from '../../book/queue-models.ts';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import type { EventRecorder } from '../../engine/engine-options.ts';
import type { Effects } from '../../engine/events.ts';
import type { MessageLimits } from '../../engine/fills/book/message-limits.ts';
import type { RequestSink } from '../../engine/fills/book/own-order.ts';
import type { Slot } from '../../engine/slot.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { MarketData } from '../../ports/market-data.ts';
import type { Registry } from '../../registry/registry.ts';
import type { BacktestOptions, StrategySource } from '../backtest-options.ts';
import type { LearningServices } from '../learning/learned-run.ts';

/** Ways and queues of a simulated exchange, as a configuration words them. */
export interface TickVenueSettings {
  /** Order latency: constant, drawn from quantiles (ns), or interpolated from recorded orders. */
  readonly latency?:
    | { readonly model: 'constant'; readonly entryMs?: number; readonly responseMs?: number }
    | {
        readonly model: 'distribution';
        readonly entry: readonly number[];
        readonly response: readonly number[];
        readonly seed?: number;
        readonly rejectProbability?: number;
      }
    | {
        readonly model: 'recorded';
        readonly sent: readonly number[];
        readonly taken: readonly number[];
        readonly answered: readonly number[];
      };
  /** `riskAverse`, `logProb2`, `powerProb3(3)`, … */
  readonly queue?: string;
  /** Fees by what a strategy has traded of the pair, in the place of the instrument's: ascending, the first from 0. */
  readonly feeTiers?: readonly FeeTier[] | undefined;
  readonly fills?: 'partial' | 'whole';
  readonly limits?: MessageLimits;
  /** Ticks within which a resting quote counts as the wanted one. */
  readonly quoteTolerance?: number;
  /** Leverage of positions that quotes open, 1 or more. */
  readonly quoteLeverage?: number;
  /** Full, or accelerated: book changes within so many ms are seen as one. */
  readonly conflateMs?: number;
}

/** One instrument of a run on ticks. */
export interface TickMarketOptions {
  readonly pair: string;
  readonly spec: InstrumentSpec;
  readonly specAssumed?: boolean;
  readonly grid: LotGrid;
  /**
   * Parts that follow each other, all counting time from the run's origin; `ready`, where there is one, is awaited between steps. `isOpen`: more may
   * come after the last one.
   */
  readonly parts: Iterable<BookEvents> & {
    readonly isReady?: boolean;
    readonly isOpen?: boolean;
    readonly ready?: () => Promise<void>;
  };
  /** The feed shows own resting orders as part of its levels (a real account on a live book): features, `onBook`, `this.book` and the mid are less them. */
  readonly showsOwn?: boolean;
}

/** Hears of quotes and orders by hand: what is sent, and what is answered before it is booked. Cancels and amendments are told by their answers. */
export interface OrderWatch {
  sent(slot: Slot, order: OrderRequest, isQuote: boolean): void;
  answered(answer: Answer, text?: string | null): void;
}

/** A real account in the place of the simulated exchange: it trades, the session only watches the book. */
export interface RealVenue {
  /** Where quotes and orders by hand of a slot go. */
  sinkOf(slot: Slot, leverage: number): RequestSink;
  /** Sends what the engine wants. */
  accept(effects: Effects): void;
}

/** What a session that trades on needs beside what a backtest does. */
export interface TickJournal {
  readonly recorder: EventRecorder;
  readonly watch: OrderWatch;
  /** Numbers of quotes and orders by hand begin here. */
  readonly firstOrderId: number;
  /** What the account holds in cash, where that is not the starting balance. */
  readonly wallet: number;
  /** Absent: orders meet the simulated exchange. */
  readonly live?: RealVenue;
}

/** A run on ticks: strategies on the events of instruments, on one account. */
export interface TickRunOptions {
  readonly strategies: readonly StrategySource[];
  readonly exchange: string;
  readonly markets: readonly TickMarketOptions[];
  /** ms UTC of the first event, for candles that lead in; the origin unless given. */
  readonly firstMs?: number;
  /** ms UTC of time 0 of all parts. */
  readonly originMs: number;
  readonly venue?: TickVenueSettings;
  readonly stakeCurrency: string;
  readonly startingBalance: number;
  /** Fees of spot buys are taken out of what was bought; else they are paid in the stake currency. */
  readonly feesInBase?: boolean;
  readonly stakeAmount: number | 'unlimited';
  readonly tradableBalanceRatio?: number;
  /** Positions at a time; as many as there are pairs and strategies unless given. */
  readonly maxOpenTrades?: number;
  /** Makes sizing, risk (protections of the strategies included) and execution of the run. */
  readonly modules?: BacktestOptions['modules'];
  /** Stored data that candle features warm up on and read other series from. */
  readonly data?: MarketData;
  /** What learned series are made with; absent: there are none. */
  readonly learning?: LearningServices;
  /** Where declared features of ticks are made; built-in modules only unless given. */
  readonly registry?: Registry;
  /** Replaces the strategies' own, for candles made of trades. */
  readonly timeframe?: string;
  /** Distance of samples for equity curve and page, ms. */
  readonly sampleMs?: number;
  /** Part of the input hash as they are, the ticks' own hash among them. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly dataKind?: 'real' | 'synthetic';
  readonly notes?: readonly string[];
  /** Behind the parameters, for the deflated Sharpe ratio; one unless given. */
  readonly trials?: BacktestOptions['trials'];
  readonly journal?: TickJournal;
  readonly onProgress?: (time: number) => boolean | undefined;
}

/** The latency model of settings; 5 ms each way where nothing is said. @throws TidegateError BOOK_LATENCY */
export function latencyOf(settings: TickVenueSettings['latency']): LatencyModel {
  const { model, ...rest } = settings ?? { model: 'constant' as const };
  if (settings?.model === 'recorded') return recordedLatency(settings);
  if (settings?.model === 'distribution') return distributedLatency({ ...settings, seed: settings.seed ?? 1 });
  const { entryMs = 5, responseMs = 5 } = rest as { readonly entryMs?: number; readonly responseMs?: number };
  if (model !== 'constant')
    throw new TidegateError('CONFIG_VALUE', `ticks.latency.model is ${JSON.stringify(model)}`, {
      remedy: 'Use constant, distribution or recorded.',
    });
  return constantLatency({ entryNs: entryMs * 1e6, responseNs: responseMs * 1e6 });
}

/** The queue model of settings; `powerProb3(3)` where nothing is said. @throws TidegateError BOOK_QUEUE_UNKNOWN */
export function queueOf(settings: TickVenueSettings, grid: LotGrid): QueueModel {
  return queueModel(settings.queue ?? 'powerProb3(3)', grid.lotSize);
}

/** The tiers of the settings, or the instrument's maker and taker fees. */
export function feeOf({ makerFee, takerFee }: InstrumentSpec, { feeTiers }: TickVenueSettings = {}): FeeModel {
  return feeTiers ? tieredFees(feeTiers) : makerTaker({ maker: makerFee, taker: takerFee });
}
