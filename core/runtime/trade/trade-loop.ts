import type { Engine } from '../../engine/engine.ts';
import { type CommandEvent, type EngineEvent, EVENT } from '../../engine/events.ts';
import type { Order } from '../../engine/order.ts';
import type { PairState } from '../../engine/slot.ts';
import type { CandleEvent } from '../../ports/exchange.ts';
import type { Decision } from '../../ports/stored-rows.ts';
import type { StoreBatch, TradeStore } from '../../ports/trade-store.ts';
import { gatheredCandles } from '../learning/gathered-market.ts';
import type { Activation, LiveLearning } from '../learning/live-learning.ts';
import type { ReadyBatch } from './candle-batches.ts';
import { learnedBlob, textOfRecord } from './learned-state.ts';
import type { RowContext } from './ledger-rows.ts';
import type { CandleRow, StreamedRow } from './live-grids.ts';
import { gatheredStreamed } from './load-streamed.ts';
import type { SessionJournal } from './session-journal.ts';
import type { TradeBroker } from './trade-broker.ts';
import type { TradeWiring } from './trade-wiring.ts';
import { TurnRows } from './turn-rows.ts';

/** Two clocks: the market's, and the machine's. ms UTC. */
export interface TradeClocks {
  market(): number;
  wall(): number;
}

/** What a loop is made of. */
export interface LoopParts {
  readonly wiring: TradeWiring;
  readonly journal: SessionJournal;
  readonly broker: TradeBroker;
  readonly store: TradeStore;
  readonly context: RowContext;
  readonly clocks: TradeClocks;
  readonly learning: LiveLearning | null;
  /** The store refused a write: nothing more is sent. */
  readonly onStoreFailure: (error: Error) => void;
}

/** How long a turn took from its event to its requests leaving, ms; `commitMs` of it was the disk's. */
export interface TurnTiming {
  readonly requests: number;
  readonly totalMs: number;
  readonly commitMs: number;
}

/**
 * The heart of a live session. Every event goes through `turn`: the engine processes it, the broker takes what the engine wants, everything that
 * changed becomes durable in one commit, and only then do orders leave.
 */
export class TradeLoop {
  readonly engine: Engine;
  readonly journal: SessionJournal;
  readonly #parts: LoopParts;
  readonly #rows: TurnRows;
  readonly #states: ReadonlyMap<string, TradeWiring['states'][number]>;
  #kept = nothingKept();
  #depth = 0;
  #inCommit = 0;
  #idle: (() => void)[] = [];
  #isFailed = false;
  /** Last closing times of candles and of detail candles, ms UTC. */
  #closed = Number.NEGATIVE_INFINITY;
  #managed = Number.NEGATIVE_INFINITY;
  /** Told after the requests of a turn have left. */
  onTiming: ((timing: TurnTiming) => void) | null = null;

  constructor(parts: LoopParts) {
    this.#parts = parts;
    this.engine = parts.wiring.engine;
    this.journal = parts.journal;
    this.#rows = new TurnRows(parts.wiring.engine, parts.wiring.slots, parts.context);
    this.#states = new Map(parts.wiring.states.map((state) => [state.pair, state]));
  }

  /** Engine time of the next event: the market's clock, which never goes back. */
  get time(): number {
    return Math.max(this.engine.now, this.engine.clock.toEngine(this.#parts.clocks.market()));
  }

  /** Orders that were open before a restart, once the broker has them. */
  resume(orders: Iterable<Order>): void {
    this.#rows.resume(orders, this.#parts.broker);
  }

  /** Runs `work` and makes what it did durable, then sends. Turns inside a turn belong to it. */
  turn(work: () => void): void {
    if (this.#isFailed) return;
    const began = performance.now();
    this.#depth++;
    try {
      work();
    } finally {
      this.#depth--;
    }
    if (this.#depth === 0) this.#settle(began);
  }

  /** Gives the engine an event and the broker what comes of it. */
  process(event: EngineEvent): void {
    this.#parts.broker.accept(this.engine.process(event), event.time);
  }

  /** A turn of one event that happens now. */
  command(command: CommandEvent['command']): void {
    this.turn(() => {
      const { time } = this;
      this.#parts.broker.advanceTo(time);
      this.process({ kind: EVENT.command, time, command });
    });
  }

  timer(): void {
    this.turn(() => {
      const { time } = this;
      this.#parts.broker.advanceTo(time);
      this.process({ kind: EVENT.timer, time });
    });
  }

  /** Candles of the detail timeframe: positions are looked after, nothing is decided. Those of a candle that is over come too late. */
  manage(batch: ReadyBatch, closeTime: number): void {
    if (closeTime <= this.#closed) return;
    this.#managed = Math.max(this.#managed, closeTime);
    this.turn(() => {
      const { time } = this;
      this.#parts.broker.advanceTo(time);
      const pairs = batch.candles.flatMap((candle) => {
        const state = this.#states.get(candle.pair);
        return state ? [showCandle(state, candle)] : [];
      });
      this.process({ kind: EVENT.manage, time, manages: true, pairs });
    });
  }

  /** Candles of one close time: features advance by a row, then the engine hears of it. */
  candles(batch: ReadyBatch): void {
    this.turn(() => {
      const { grids } = this.#parts.wiring;
      const { time } = this;
      this.#parts.broker.advanceTo(time);
      const { learning } = this.#parts;
      const known = grids.closeOf(batch.openTime);
      for (const activation of (!batch.isLate && learning?.advance(known)) || []) {
        const { key, record } = activation;
        this.#parts.journal.add(this.engine.clock.toMs(time), { type: 'learned', key, record: textOfRecord(record) });
        this.takeOver(activation);
      }
      const pairs = [];
      for (const candle of batch.candles) {
        const row = rowOf(candle);
        grids.append(candle.pair, row);
        learning?.hear(gatheredCandles(candle.pair, this.#parts.wiring.timeframe, [row]));
        const state = this.#states.get(candle.pair);
        if (state === undefined) {
          this.#parts.journal.add(this.engine.clock.toMs(time), { type: 'row', pair: candle.pair, row });
          continue;
        }
        state.cursor.row = grids.row(candle.pair);
        pairs.push(showCandle(state, candle));
      }
      grids.advance();
      if (!batch.isLate) learning?.heard(known);
      this.#closed = Math.max(this.#closed, known);
      // The last detail candle ends with it, and was acted on.
      const manages = this.#managed < known;
      if (pairs.length > 0) this.process({ kind: EVENT.candles, time, manages, pairs });
    });
  }

  /** A row of what is streamed beside candles: features see it from the first candle on that closes at or after it became known. */
  streamed(row: StreamedRow): void {
    const { grids, timeframe: frame } = this.#parts.wiring;
    if (!(row.row[0]! > grids.lastStreamed(row))) return;
    this.turn(() => {
      grids.appendStreamed(row);
      this.#parts.journal.add(this.engine.clock.toMs(this.time), { type: 'streamed', row });
      this.#parts.learning?.hear(gatheredStreamed(row, [row], frame));
    });
  }

  /** A settlement of funding that no exchange books: that of a dry-run. */
  settleFunding(pair: string, at: number, rate: number, mark: number): void {
    const state = this.#states.get(pair);
    if (state === undefined || !(mark > 0)) return;
    this.turn(() => {
      const { time } = this;
      this.#parts.broker.advanceTo(time);
      const { account } = this.#parts.context;
      for (const { position } of state.slots)
        if (position !== null) {
          const amount = -position.sign * rate * mark * position.amount;
          this.keep({ funding: [{ trade: position.id, account, pair, at, rate, mark, amount }] });
        }
      this.process({ kind: EVENT.funding, time, pair: state, rate, mark });
    });
  }

  /** A model takes over: it is kept, the engine hears of it, and it is told. It stands in the journal already. */
  takeOver({ key, node: { market, ref }, record, state }: Activation): void {
    const { time } = this;
    const { hash, trainedAt, from } = record;
    const block = typeof ref === 'string' ? ref : ref.name;
    const pair = this.#states.get(market.symbol);
    this.keep({ blobs: [learnedBlob(key, state, this.engine.clock.toMs(time))] });
    if (pair) this.process({ kind: EVENT.model, time, block, pair, hash, trainedAt });
    const reason = `${block} trained up to ${new Date(trainedAt).toISOString()} takes over`;
    this.decide({ kind: 'learning', pair: market.symbol, reason, data: { block, hash, trainedAt, from } });
  }

  /** Adds a line to the decision journal with the turn at hand. */
  decide(decision: Partial<Decision> & Pick<Decision, 'kind' | 'reason'>): void {
    const about = { strategy: null, pair: null, trade: null, order: null, data: null };
    this.keep({ decisions: [{ at: this.#parts.clocks.market(), ...about, ...decision }] });
  }

  /** Adds rows to what the turn at hand stores. */
  keep(batch: Partial<Kept>): void {
    for (const key of KEPT) (this.#kept[key] as unknown[]).push(...((batch[key] ?? []) as readonly unknown[]));
  }

  keepCursor(stream: string, position: string): void {
    this.keep({ cursors: [{ account: this.#parts.context.account, stream, position }] });
  }

  /** Resolves once everything so far is durable. */
  async settled(): Promise<void> {
    if (this.#inCommit > 0 && !this.#isFailed) await new Promise<void>((done) => this.#idle.push(done));
  }

  #settle(began: number): void {
    const { journal, broker, clocks, store } = this.#parts;
    const rows = this.#rows.take(journal, broker, clocks.market());
    const sends = broker.takeSends();
    const kept = this.#kept;
    this.#kept = nothingKept();
    const batch: StoreBatch = {
      ...rows,
      ...kept,
      intents: [...kept.intents, ...(rows.intents ?? [])],
      decisions: [...(rows.decisions ?? []), ...kept.decisions],
      values: [...(rows.values ?? []), ...kept.values],
      locks: [...(rows.locks ?? []), ...kept.locks],
    };
    this.#inCommit++;
    store.commit(batch).then(
      (ack) => {
        if (!this.#isFailed) for (const send of sends) send();
        if (sends.length > 0)
          this.onTiming?.({ requests: sends.length, totalMs: performance.now() - began, commitMs: ack.commitMs });
        this.#committed();
      },
      (error: Error) => {
        const isFirst = !this.#isFailed;
        this.#isFailed = true;
        this.#committed();
        if (isFirst) this.#parts.onStoreFailure(error);
      },
    );
  }

  #committed(): void {
    this.#inCommit--;
    if (this.#inCommit > 0 && !this.#isFailed) return;
    for (const done of this.#idle.splice(0)) done();
  }
}

const KEPT = ['intents', 'decisions', 'cursors', 'values', 'blobs', 'funding', 'equity', 'locks'] as const;
type Kept = { readonly [K in (typeof KEPT)[number]]: NonNullable<StoreBatch[K]> };

function nothingKept(): Kept {
  return { intents: [], decisions: [], cursors: [], values: [], blobs: [], funding: [], equity: [], locks: [] };
}

/** The pair's state with a candle as its latest. */
function showCandle(state: PairState, { open, high, low, close, volume }: CandleEvent): PairState {
  return Object.assign(state, { open, high, low, close, volume, markHigh: high, markLow: low });
}

/** A candle event as the grids take it. */
export function rowOf({ openTime, open, high, low, close, volume }: CandleEvent): CandleRow {
  return [openTime, open, high, low, close, volume];
}
