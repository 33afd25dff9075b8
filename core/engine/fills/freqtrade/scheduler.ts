import { lowerBound } from '../../../domain/candles.ts';
import { passPair } from './pass.ts';
import { loadBar, type PairState, type RunState } from './run-state.ts';
import { ENTRY_BITS } from './signals.ts';

/** One main candle of all pairs: pairs with open trades first, in order of opening, then the pair list. */
export function stepMain(run: RunState, time: number, step: number, mayEnter: boolean): void {
  const { pairs, open } = run;
  if (open.length > 0) {
    // The trades that are open now, whatever closes or opens on the way: so a copy, into an array that is kept.
    const { order } = run;
    order.length = 0;
    for (const trade of open) order.push(trade.slot);
    for (const slot of order) {
      const pair = pairs[slot]!;
      pair.visited = step;
      if (seek(pair, time)) passMain(run, pair, mayEnter);
    }
  }
  for (let slot = 0; slot < pairs.length; slot++) {
    const pair = pairs[slot]!;
    if (pair.visited === step || !seek(pair, time)) continue;
    if ((pair.source.signals[pair.cursor - 1]! & ENTRY_BITS) !== 0) passMain(run, pair, mayEnter);
  }
}

/**
 * One main candle replayed as its detail candles, all pairs at one small step before the next, at each in the order of a main candle: pairs with
 * open trades first. Pairs without signal and trade at the first small step stay out. A pair that is seen with an open trade waits, once that closes,
 * for the next main candle; a trade that opens and closes within one small step is never seen, and its pair may enter again.
 */
export function stepDetail(run: RunState, time: number, mayEnter: boolean, mainMs: number, detailMs: number): void {
  const { pairs, open, order } = run;
  let isAny = false;
  for (let slot = 0; slot < pairs.length; slot++) {
    const pair = pairs[slot]!;
    const isOpen = pair.trade !== null;
    pair.isActive = seek(pair, time) && (isOpen || (pair.source.signals[pair.cursor - 1]! & ENTRY_BITS) !== 0);
    pair.wasOpen = isOpen;
    if (!pair.isActive) continue;
    isAny = true;
    seekDetail(pair, time, time + mainMs);
  }
  if (!isAny) return;
  for (let small = time; small < time + mainMs; small += detailMs) {
    order.length = 0;
    for (const trade of open) order.push(trade.slot);
    for (let slot = 0; slot < pairs.length; slot++) if (pairs[slot]!.trade === null) order.push(slot);
    // The last main candle takes no entry at its first small step, and takes them after it.
    const mayEnterNow = mayEnter || small > time;
    for (const slot of order) {
      const pair = pairs[slot]!;
      if (!pair.isActive) continue;
      const isOpen = pair.trade !== null;
      if (pair.wasOpen && !isOpen) continue;
      if (isOpen) pair.wasOpen = true;
      passDetail(run, pair, small, small === time, mayEnterNow);
    }
  }
}

function passMain(run: RunState, pair: PairState, mayEnter: boolean): void {
  loadBar(run.bar, pair.source.candles, pair.cursor);
  loadSignals(run, pair);
  passPair(run, pair, mayEnter);
}

function passDetail(run: RunState, pair: PairState, small: number, isFirst: boolean, mayEnter: boolean): void {
  const { detail } = pair.source;
  if (!detail || !pair.hasDetail) {
    // No detail candles inside this main candle: it is taken whole, at its first moment.
    if (isFirst) passMain(run, pair, mayEnter);
    return;
  }
  let i = pair.detailCursor;
  while (i < detail.length && detail.time[i]! < small) i++;
  pair.detailCursor = i;
  if (i >= detail.length || detail.time[i] !== small) return;
  loadBar(run.bar, detail, i);
  loadSignals(run, pair);
  passPair(run, pair, mayEnter);
}

function loadSignals(run: RunState, pair: PairState): void {
  run.bar.signalIndex = pair.cursor - 1;
  run.bar.flags = pair.source.signals[pair.cursor - 1]!;
}

/** Moves the pair's cursor to the candle of `time`; false when it has none. */
function seek(pair: PairState, time: number): boolean {
  const { candles } = pair.source;
  let i = pair.cursor;
  while (i < candles.length && candles.time[i]! < time) i++;
  pair.cursor = i;
  return i < candles.length && candles.time[i] === time;
}

function seekDetail(pair: PairState, from: number, to: number): void {
  const { detail } = pair.source;
  if (!detail) return;
  const i = lowerBound(detail.time, from, pair.detailCursor, detail.length);
  pair.detailCursor = i;
  pair.hasDetail = i < detail.length && detail.time[i]! < to;
}
