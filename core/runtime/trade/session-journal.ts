import type { EntryDecision, EventRecorder } from '../../engine/engine-options.ts';
import { type EngineEvent, EVENT } from '../../engine/events.ts';
import { Journal, type JournalEntry } from '../../engine/journal.ts';
import type { Order } from '../../engine/order.ts';
import type { SavedEngine, SavedTrade } from '../../engine/snapshot.ts';
import type { EngineClock } from '../../engine/time.ts';
import type { JournalledEvent, PlainData } from '../../ports/stored-rows.ts';
import type { LearnedText } from './learned-state.ts';
import type { CandleRow, StreamedRow } from './live-grids.ts';
import type { SessionTerms } from './trade-wiring.ts';

/** What a session's journal consists of, in order: how it began, history, then every event. */
export type JournalBody =
  | {
      readonly type: 'start';
      readonly terms: SessionTerms;
      /** Names of the strategies, and hashes of their code: only that code replays it. */
      readonly code?: readonly (readonly [name: string, hash: string])[];
      /** Where it went on from; null in a new database. */
      readonly saved: SavedEngine | null;
      readonly closed: readonly SavedTrade[];
    }
  | { readonly type: 'history'; readonly pair: string; readonly rows: readonly CandleRow[] }
  /** Rows of history of what is streamed beside candles. */
  | { readonly type: 'past'; readonly rows: readonly StreamedRow[] }
  | { readonly type: 'streamed'; readonly row: StreamedRow }
  /** A candle of a pair that features read but nobody trades. */
  | { readonly type: 'row'; readonly pair: string; readonly row: CandleRow }
  /** A model that answers from then on, of a learned node by its key; journalled before what it answers. */
  | { readonly type: 'learned'; readonly key: string; readonly record: LearnedText }
  /** `opens`: opening times of a batch's candles. */
  | { readonly type: 'event'; readonly entry: JournalEntry; readonly opens?: readonly number[] };

/** What the venue said of a fill beyond what the engine needs. */
export interface FillMeta {
  readonly exchangeId: string;
  /** Traded, base; absent: that of the lots. */
  readonly amount?: number;
  readonly fee: number;
  readonly feeAsset: string;
}

/** Rows of history in one journalled event. */
const HISTORY_ROWS = 1_000;

/** Hears every event before the engine does, and keeps what the store must know of the turn at hand. */
export class SessionJournal implements EventRecorder {
  readonly touched = new Set<Order>();
  /** How wishes to enter fared since the last turn. */
  readonly decisions: EntryDecision[] = [];
  readonly fills: { readonly order: Order; readonly meta: FillMeta | null }[] = [];
  /** Told by a live broker just before it hands a fill to the engine. */
  nextFill: FillMeta | null = null;
  readonly #clock: EngineClock;
  readonly #bodies: JournalledEvent[] = [];
  readonly #journal = new Journal();

  constructor(clock: EngineClock) {
    this.#clock = clock;
  }

  record(event: EngineEvent): void {
    this.#journal.record(event);
    const entry = this.#journal.entries.pop()!;
    const opens = event.kind === EVENT.candles ? event.pairs.map((pair) => pair.candle.time) : undefined;
    this.add(this.#clock.toMs(event.time), { type: 'event', entry, ...(opens && { opens }) });
    if (event.kind === EVENT.order) this.touched.add(event.order);
    if (event.kind === EVENT.fill) {
      this.touched.add(event.order);
      this.fills.push({ order: event.order, meta: this.nextFill });
      this.nextFill = null;
    }
  }

  decided(decision: EntryDecision): void {
    this.decisions.push(decision);
  }

  add(at: number, body: JournalBody): void {
    this.#bodies.push({ at, body: body as unknown as PlainData });
  }

  history(at: number, pair: string, rows: readonly CandleRow[]): void {
    for (let from = 0; from < rows.length; from += HISTORY_ROWS)
      this.add(at, { type: 'history', pair, rows: rows.slice(from, from + HISTORY_ROWS) });
  }

  past(at: number, rows: readonly StreamedRow[]): void {
    for (let from = 0; from < rows.length; from += HISTORY_ROWS)
      this.add(at, { type: 'past', rows: rows.slice(from, from + HISTORY_ROWS) });
  }

  get isEmpty(): boolean {
    return this.#bodies.length === 0;
  }

  /** Hands over what was heard since the last call. */
  take(): JournalledEvent[] {
    return this.#bodies.splice(0);
  }
}
