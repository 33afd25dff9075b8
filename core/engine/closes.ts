import { listOf } from '../foundation/short-list.ts';
import type { AuditTrail } from './audit.ts';
import { keepTags } from './author.ts';
import type { CallSite } from './call-site.ts';
import type { Decisions } from './decisions.ts';
import type { EntryDesk } from './entries.ts';
import type { EquityLog } from './equity.ts';
import { type CandleBatch, type Effects, EVENT } from './events.ts';
import { type Lanes, type Progress, quietUntil, showLast } from './lanes.ts';
import type { Ledger } from './ledger/ledger.ts';
import { type Loops, loopsOf } from './own-loops.ts';
import type { PositionManager } from './position-manager.ts';
import type { Asking, CandleSpan, PriceBounds } from './quiet-candles.ts';
import type { Slot } from './slot.ts';
import type { EngineClock } from './time.ts';

/** Steps of several pairs that are looked at before they are taken: most stretches end by a signal soon after. */
const LOOKAHEAD = 8;

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
  readonly #asking: Asking = { isAdjusting: false, wanted: null };
  /** Where stretches of several pairs are. */
  readonly progress: Progress = { isAsking: false, done: 0, row: 0, lane: 0, isRaised: false };
  /** By slot index. */
  readonly #loops = listOf<Loops>();
  /** Of the stretch of several pairs at hand. */
  #lanes: Lanes | null = null;
  /** Prices follow at once where a strategy asks for their worth in the midst of a stretch. */
  readonly #catchUp = () => {
    if (this.progress.isAsking) showLast(this.#lanes!, this.progress.row);
  };
  /** The engine, not the strategy, is at work in a stretch. */
  #isManaging = false;

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
    const slot = span.state.slots[0]!;
    const { position } = slot;
    if (slot.roiPaused || from < slot.startRow || !this.#entries.isEmpty || this.#ledger.hasOthers) return from;
    if (!slot.has.onCandle || position?.cameInside) return from;
    // What the last batch does may move cash, if only by rounding.
    const { cash } = this.#ledger;
    let row: number;
    slot.flags = 0;
    this.#isManaging = false;
    this.#asking.isAdjusting = false;
    try {
      const isIdle = slot.entry === null && slot.exit === null;
      if (isIdle && (position === null || this.#manager.onlyTracks(slot))) {
        const due = position === null ? to : this.#rowAt(span, from, to, position.nextRoiAt);
        row =
          position === null || !slot.has.adjustPosition
            ? this.#loopsOf(slot).askQuietly(slot, span, from, due, floor, ceiling)
            : this.#adjustingStretch(span, from, due, floor, ceiling);
      } else row = this.#managedStretch(span, from, to, floor, ceiling);
    } catch (cause) {
      const at = span.state.cursor.row;
      this.#site.now = this.#clock.toEngine(span.candles.time[at]! + span.length);
      if (!this.#isManaging) this.#site.enter(slot, this.#asking.isAdjusting ? 'adjustPosition' : 'onCandle');
      throw cause;
    }
    if (row > from) this.#conclude(span, from, row, cash, equity);
    return row;
  }

  /** The part of `stretch` in which the strategy may add to or take from a position that needs nothing else. */
  #adjustingStretch(span: CandleSpan, from: number, to: number, floor: number, ceiling: number): number {
    const { state: pair, candles, length, markHigh, markLow } = span;
    const slot = pair.slots[0]!;
    const asking = this.#asking;
    const loops = this.#loopsOf(slot);
    for (let row = from; ; ) {
      this.#site.enter(slot, 'adjustPosition');
      row = loops.askAdjusting(slot, span, row, to, floor, ceiling, asking);
      this.#site.leave();
      const { wanted } = asking;
      if (wanted === null) return row;
      asking.wanted = null;
      pair.show(candles, row, markHigh, markLow);
      const closed = this.#clock.toEngine(candles.time[row]! + length);
      this.#site.now = closed;
      this.#isManaging = true;
      this.#decisions.adjust(slot, slot.position!, wanted, closed);
      this.#isManaging = false;
      slot.signals.flags = 0;
      slot.strategy.onCandle!(slot.bar as never);
      row++;
      if (slot.signals.flags !== 0 || !this.#effects.isEmpty || row >= to) return row;
    }
  }

  /** The part of `stretch` in which the position or a working order has to be looked after at each close. */
  #managedStretch(span: CandleSpan, from: number, to: number, floor: number, ceiling: number): number {
    const { state: pair, candles, length, markHigh, markLow } = span;
    const slot = pair.slots[0]!;
    const { strategy, bar, signals } = slot;
    for (let row = from; row < to; row++) {
      pair.show(candles, row, markHigh, markLow);
      if (!(pair.low > floor && pair.high < ceiling && pair.markLow > floor && pair.markHigh < ceiling)) return row;
      const closed = this.#clock.toEngine(candles.time[row]! + length);
      pair.last = pair.close;
      pair.cursor.row = row;
      this.#site.now = closed;
      this.#isManaging = true;
      this.#decisions.manage(slot, closed);
      this.#isManaging = false;
      signals.flags = 0;
      strategy.onCandle!(bar as never);
      if (signals.flags !== 0 || !this.#effects.isEmpty) return row + 1;
    }
    return to;
  }

  /** What a stretch leaves: audit and equity of the plain batches, and the decisions of the last where it is not one. */
  #conclude(span: CandleSpan, from: number, end: number, cash: number, equity: EquityLog): void {
    const { state: pair, candles, length } = span;
    const slot = pair.slots[0]!;
    const { flags } = slot.signals;
    const last = end - 1;
    // The venue shows whole candles where it needs them.
    pair.close = pair.last;
    slot.calls += end - from;
    const isPlain = flags === 0 && this.#effects.isEmpty;
    const plain = isPlain ? end : last;
    if (plain > from) {
      equity.addCandles(candles, from, plain, length, cash, slot.position);
      this.#audit.quiet(this.#clock.toEngine(candles.time[plain - 1]! + length), EVENT.candles, plain - from);
    }
    if (isPlain) return;
    const closed = this.#clock.toEngine(candles.time[last]! + length);
    if (flags !== 0) {
      slot.flags = flags;
      this.#site.now = closed;
      keepTags(slot);
      this.#decisions.decide(slot, closed);
      this.#decisions.release(closed);
    }
    this.#audit.leave(closed, EVENT.candles, -1, this.#effects);
    if (this.#effects.isEmpty) equity.add(candles.time[last]! + length, this.#ledger.equity);
  }

  /**
   * `stretch` for several pairs that have the same candles. Rows are those of the first.
   */
  stretchTogether(together: Lanes, from: number, to: number, bounds: PriceBounds, equity: EquityLog): number {
    const { all: lanes } = together;
    if (!this.#entries.isEmpty || this.#ledger.hasOthers) return from;
    let last = to;
    let isManaged = false;
    for (let k = 0; k < lanes.length; k++) {
      const lane = lanes[k]!;
      const { slot } = lane;
      const { position } = slot;
      if (slot.roiPaused || position?.cameInside) return from;
      if (lane.isStale(bounds)) lane.begin(bounds, from, !lane.isAdjusted && this.#manager.onlyTracks(slot));
      if (lane.isManaged) isManaged = true;
      else if (position !== null && position.nextRoiAt !== Number.POSITIVE_INFINITY)
        last = this.#rowAt(lane.span, from + lane.shift, last + lane.shift, position.nextRoiAt) - lane.shift;
    }
    const { candles, length } = lanes[0]!.span;
    const { progress } = this;
    this.#lanes = together;
    const effects = this.#effects;
    const { cash, open } = this.#ledger;
    let row = from;
    this.#ledger.behind = this.#catchUp;
    progress.row = from;
    progress.done = from;
    progress.isRaised = false;
    this.#isManaging = false;
    try {
      while (row < last && !progress.isRaised && effects.isEmpty) {
        const until = quietUntil(together, row, last - row > LOOKAHEAD ? row + LOOKAHEAD : last);
        if (until === row) break;
        row = isManaged ? this.#managedSteps(together, row, until) : this.#askAll(together, row, until);
      }
    } catch (cause) {
      progress.isAsking = false;
      this.#site.now = this.#clock.toEngine(candles.time[progress.row]! + length);
      if (!this.#isManaging) this.#site.enter(lanes[progress.lane]!.slot, 'onCandle');
      throw cause;
    }
    if (row === from) return from;
    for (let k = 0; k < lanes.length; k++) {
      const { slot, pair, close, shift } = lanes[k]!;
      slot.calls += row - from;
      pair.close = pair.last = close[row - 1 + shift]!;
    }
    const { isRaised } = progress;
    const isPlain = !isRaised && effects.isEmpty;
    const plain = isPlain ? row : row - 1;
    if (plain > from) {
      equity.addSteps(lanes, from, plain, length, cash, open);
      this.#audit.quiet(this.#clock.toEngine(candles.time[plain - 1]! + length), EVENT.candles, plain - from);
    }
    if (isPlain) return row;
    const closed = this.#clock.toEngine(candles.time[row - 1]! + length);
    if (isRaised) {
      this.#site.now = closed;
      for (let k = 0; k < lanes.length; k++) {
        const lane = lanes[k]!;
        if (!lane.isRaised) continue;
        lane.isRaised = false;
        this.#decisions.decide(lane.slot, closed);
      }
      this.#decisions.release(closed);
    }
    this.#audit.leave(closed, EVENT.candles, -1, effects);
    if (effects.isEmpty) equity.add(candles.time[row - 1]! + length, this.#ledger.equity);
    return row;
  }

  /** `askTogether`, and what it leaves to its caller. */
  #askAll(lanes: Lanes, from: number, to: number): number {
    const { progress } = this;
    progress.isAsking = true;
    const end = this.#loopsOf(lanes.all[0]!.slot).askTogether(lanes, from, to, progress);
    progress.isAsking = false;
    progress.done = end;
    return end;
  }

  /** `askTogether` where positions or working orders have to be looked after at each close; ends with the first step that has effects. */
  #managedSteps(lanes: Lanes, from: number, to: number): number {
    let row = from;
    while (row < to && !this.progress.isRaised && this.#effects.isEmpty) {
      this.progress.row = row;
      showLast(lanes, row);
      for (const { cursor, shift } of lanes.leads) cursor.row = row + shift;
      this.#manageAll(lanes, row);
      row = this.#askAll(lanes, row, row + 1);
    }
    return row;
  }

  /** Looks after the positions and working orders of lanes where that takes more than the candle's range. */
  #manageAll({ all: lanes }: Lanes, row: number): void {
    this.#isManaging = true;
    for (let k = 0; k < lanes.length; k++) {
      const { slot, span, shift, isManaged } = lanes[k]!;
      if (!isManaged) continue;
      const { candles, length, markHigh, markLow } = span;
      slot.pair.show(candles, row + shift, markHigh, markLow);
      const closed = this.#clock.toEngine(candles.time[row + shift]! + length);
      this.#site.now = closed;
      this.#decisions.manage(slot, closed);
    }
    this.#isManaging = false;
  }

  #loopsOf(slot: Slot): Loops {
    let loops = this.#loops[slot.index];
    if (loops === undefined) {
      loops = loopsOf(slot.strategy);
      this.#loops[slot.index] = loops;
    }
    return loops;
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
