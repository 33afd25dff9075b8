import { type BookEvents, EVENT } from './book-events.ts';

/** What has been conflated already, by part and window: the runs of a search share their parts. */
const known = new WeakMap<BookEvents, Map<number, BookEvents>>();

/**
 * Accelerated fidelity: of the changes of one level within a window of exchange time only the last is kept, at its own place. Trades, clears,
 * marks and funding all stay. A run on it sees fewer updates: best prices between are missed and queue positions are coarser, while no trade
 * and so no bound on fills is lost. At `windowNs` 0 nothing is dropped. Rows of the two readers are thinned apart, so both orders stay right.
 */
export function conflated(events: BookEvents, windowNs: number): BookEvents {
  if (!(windowNs > 0)) return events;
  let byWindow = known.get(events);
  if (byWindow === undefined) {
    byWindow = new Map();
    known.set(events, byWindow);
  }
  let thin = byWindow.get(windowNs);
  if (thin === undefined) {
    const rows = keptRows(events, windowNs);
    thin = rows.length === events.length ? events : rowsOf(events, rows);
    byWindow.set(windowNs, thin);
  }
  return thin;
}

/** Numbers of the rows that stay, ascending. */
function keptRows({ length, see, kind, side, exchangeTime, price }: BookEvents, windowNs: number): Uint32Array {
  const kept = new Uint32Array(length);
  let at = length;
  // Backwards: a row is dropped where a later change of its level, for the same reader, lies in the same window.
  let later = new LevelWindows();
  let window = Number.NaN;
  let start = Number.POSITIVE_INFINITY;
  for (let i = length - 1; i >= 0; i--) {
    const what = kind[i]!;
    if (what === EVENT.clear) later = new LevelWindows();
    if (what === EVENT.depth) {
      const time = exchangeTime[i]!;
      // Most rows lie in the window of the one before: no division then.
      if (!(time >= start && time < start + windowNs)) {
        window = Math.floor(time / windowNs);
        start = window * windowNs;
      }
      const key = (price[i]! * 2 + (side[i]! > 0 ? 1 : 0)) * 4 + see[i]!;
      if (later.change(key, window) === window) continue;
    }
    kept[--at] = i;
  }
  return kept.subarray(at);
}

function rowsOf(events: BookEvents, rows: Uint32Array): BookEvents {
  const length = rows.length;
  const see = new Uint8Array(length);
  const kind = new Uint8Array(length);
  const side = new Int8Array(length);
  const exchangeTime = new Float64Array(length);
  const localTime = new Float64Array(length);
  const price = new Int32Array(length);
  const lots = new Float64Array(length);
  for (let k = 0; k < length; k++) {
    const i = rows[k]!;
    see[k] = events.see[i]!;
    kind[k] = events.kind[i]!;
    side[k] = events.side[i]!;
    exchangeTime[k] = events.exchangeTime[i]!;
    localTime[k] = events.localTime[i]!;
    price[k] = events.price[i]!;
    lots[k] = events.lots[i]!;
  }
  return { length, originMs: events.originMs, see, kind, side, exchangeTime, localTime, price, lots };
}

/** The window in which each level was last seen: open addressing over typed arrays, several times faster than a Map of as many levels. */
class LevelWindows {
  #keys = new Float64Array(1 << 12).fill(Number.NaN);
  #windows = new Float64Array(1 << 12);
  #count = 0;

  /** Notes the window of a level and returns the one before; NaN where there is none. */
  change(key: number, window: number): number {
    const at = this.#find(key);
    if (this.#keys[at] === key) {
      const before = this.#windows[at]!;
      this.#windows[at] = window;
      return before;
    }
    this.#keys[at] = key;
    this.#windows[at] = window;
    if (2 * ++this.#count > this.#keys.length) this.#grow();
    return Number.NaN;
  }

  /** The place of a level, or the free one where it belongs. */
  #find(key: number): number {
    const keys = this.#keys;
    const mask = keys.length - 1;
    let at = Math.imul(key, 0x9e3779b1) >>> 7;
    // Written so that NaN, a free place, ends the search.
    for (at &= mask; keys[at]! < key || keys[at]! > key; ) at = (at + 1) & mask;
    return at;
  }

  #grow(): void {
    const keys = this.#keys;
    const windows = this.#windows;
    this.#keys = new Float64Array(2 * keys.length).fill(Number.NaN);
    this.#windows = new Float64Array(2 * keys.length);
    for (let k = 0; k < keys.length; k++) {
      if (Number.isNaN(keys[k]!)) continue;
      const at = this.#find(keys[k]!);
      this.#keys[at] = keys[k]!;
      this.#windows[at] = windows[k]!;
    }
  }
}
