import type { CandleTable } from '../domain/candles.ts';
import type { AuditTrail } from './audit.ts';
import { keepTags } from './author.ts';
import type { CallSite } from './call-site.ts';
import type { Decisions } from './decisions.ts';
import type { EntryDesk } from './entries.ts';
import type { EquityLog } from './equity.ts';
import { type CandleBatch, type Effects, EVENT } from './events.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { PositionManager } from './position-manager.ts';
import type { PairState } from './slot.ts';
import type { EngineClock } from './time.ts';

/** Candles of one pair's main grid, one batch each. */
export interface CandleSpan {
  readonly state: PairState;
  readonly candles: CandleTable;
  /** Length of a candle, ms. */
  readonly length: number;
  /** Range of the mark price, row by row; absent: that of the candles. */
  readonly markHigh?: Float64Array;
  readonly markLow?: Float64Array;
}

/** What candles are closed with. */
export interface ClosePort {
  readonly clock: EngineClock;
  readonly effects: Effects;
  readonly audit: AuditTrail;
  readonly ledger: Ledger;
  readonly entries: EntryDesk;
  readonly manager: PositionManager;
  readonly decisions: Decisions;
  readonly site: CallSite;
}

/** What happens at the close of candles: positions are looked after, strategies are asked, their signals resolved once all have spoken. */
export class Closes {
  readonly #clock: EngineClock;
  readonly #effects: Effects;
  readonly #audit: AuditTrail;
  readonly #ledger: Ledger;
  readonly #entries: EntryDesk;
  readonly #manager: PositionManager;
  readonly #decisions: Decisions;
  readonly #site: CallSite;

  constructor({ clock, effects, audit, ledger, entries, manager, decisions, site }: ClosePort) {
    this.#clock = clock;
    this.#effects = effects;
    this.#audit = audit;
    this.#ledger = ledger;
    this.#entries = entries;
    this.#manager = manager;
    this.#decisions = decisions;
    this.#site = site;
  }

  /** One batch. */
  batch(event: CandleBatch): void {
    const { pairs, time, manages } = event;
    const decisions = this.#decisions;
    for (let k = 0; k < pairs.length; k++) {
      const pair = pairs[k]!;
      pair.last = pair.close;
      if (manages) {
        const { slots } = pair;
        for (let s = 0; s < slots.length; s++) {
          const slot = slots[s]!;
          if (slot.position !== null || slot.entry !== null) decisions.manage(slot, time);
        }
      }
    }
    if (event.kind !== EVENT.candles) return;
    if (!this.#entries.isEmpty) this.#entries.dropStale();
    let raised = 0;
    for (let k = 0; k < pairs.length; k++) {
      const { slots, cursor } = pairs[k]!;
      for (let s = 0; s < slots.length; s++) {
        const slot = slots[s]!;
        if (slot.roiPaused) this.#manager.resumeRoi(slot, time);
        if (cursor.row >= slot.startRow) raised |= decisions.ask(slot);
        else slot.flags = 0;
      }
    }
    if (raised === 0) return;
    for (let k = 0; k < pairs.length; k++) {
      const { slots } = pairs[k]!;
      for (let s = 0; s < slots.length; s++) if (slots[s]!.flags !== 0) decisions.decide(slots[s]!, time);
    }
    decisions.release(time);
  }

  /**
   * The batches of rows [from, to) of a pair with one slot, as `batch` would take them, as long as each stays between two prices (then its venue
   * has nothing to do) and until one raises a signal or has effects, which is the last. Keeps the equity of each, other than of one with effects.
   * @returns the row after the last; `from` when it cannot begin
   */
  stretch(span: CandleSpan, from: number, to: number, floor: number, ceiling: number, equity: EquityLog): number {
    const { state: pair, candles, length } = span;
    const slot = pair.slots[0]!;
    const { strategy, bar, position } = slot;
    if (slot.roiPaused || from < slot.startRow || !this.#entries.isEmpty || this.#ledger.hasOthers) return from;
    const { onCandle, signals } = strategy;
    if (onCandle === undefined) return from;
    const { time, high, low, close } = candles;
    const { markHigh, markLow } = span;
    const { cursor } = pair;
    const effects = this.#effects;
    const isManaged = position !== null || slot.entry !== null;
    const isTracked = position !== null && slot.entry === null && slot.exit === null && this.#manager.onlyTracks(slot);
    const end = isTracked ? this.#rowAt(span, from, to, position.nextRoiAt) : to;
    // What the last batch does may move cash, if only by rounding.
    const { cash } = this.#ledger;
    let isManaging = false;
    let row = from;
    slot.flags = 0;
    try {
      for (; row < end; row++) {
        const top = high[row]!;
        const bottom = low[row]!;
        if (!(bottom > floor && top < ceiling)) break;
        if (markHigh !== undefined && !(markLow![row]! > floor && markHigh[row]! < ceiling)) break;
        pair.last = close[row]!;
        cursor.row = row;
        if (isTracked) position.track(top, bottom);
        else if (isManaged) {
          pair.show(candles, row, markHigh, markLow);
          const closed = this.#clock.toEngine(time[row]! + length);
          this.#site.now = closed;
          isManaging = true;
          this.#decisions.manage(slot, closed);
          isManaging = false;
        }
        signals.flags = 0;
        onCandle.call(strategy, bar as never);
        if (signals.flags !== 0 || (!isTracked && !effects.isEmpty)) {
          row++;
          break;
        }
      }
    } catch (cause) {
      this.#site.now = this.#clock.toEngine(time[row]! + length);
      if (!isManaging) this.#site.enter(slot, 'onCandle');
      throw cause;
    }
    if (row === from) return from;
    pair.show(candles, row - 1, markHigh, markLow);
    const closed = this.#clock.toEngine(time[row - 1]! + length);
    slot.calls += row - from;
    const isRaised = signals.flags !== 0;
    const plain = isRaised || !effects.isEmpty ? row - 1 : row;
    if (plain > from) {
      equity.addCandles(candles, from, plain, length, cash, position);
      this.#audit.quiet(this.#clock.toEngine(time[plain - 1]! + length), EVENT.candles, plain - from);
    }
    if (plain === row) return row;
    if (isRaised) {
      slot.flags = signals.flags;
      this.#site.now = closed;
      keepTags(slot);
      this.#decisions.decide(slot, closed);
      this.#decisions.release(closed);
    }
    this.#audit.leave(closed, EVENT.candles, -1, effects);
    if (effects.isEmpty) equity.add(time[row - 1]! + length, this.#ledger.equity);
    return row;
  }

  /** The first row from `from` on that closes at `at` (engine time) or later; at most `to`. */
  #rowAt({ candles, length }: CandleSpan, from: number, to: number, at: number): number {
    if (at === Number.POSITIVE_INFINITY) return to;
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#clock.toEngine(candles.time[middle]! + length) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
