import { lowerBound } from '../../../domain/candles.ts';
import { passPair } from './pass.ts';
import { loadBar, type PairState, type RunState } from './run-state.ts';
import { ENTRY_BITS } from './signals.ts';

/** One main candle of all pairs: pairs with open trades first, in order of opening, then the pair list. */
export function stepMain(run: RunState, time: number, step: number, mayEnter: boolean): void {
  const { pairs, open } = run;
  run.mainTime = time;
  if (open.length > 0) {
    // What is open now, even if trades close or open on the way.
    for (const slot of slotsOf(run)) {
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
 * One main candle replayed as its detail candles, all pairs at one small step before the next. Pairs without signal and trade at the first
 * small step stay out; one whose trade closed waits for the next main candle.
 */
export function stepDetail(
  run: RunState,
  time: number,
  step: number,
  mayEnter: boolean,
  mainMs: number,
  detailMs: number,
): void {
  const { pairs } = run;
  run.mainTime = time;
  const active: PairState[] = [];
  const slots = slotsOf(run);
  for (let slot = 0; slot < pairs.length; slot++) {
    const pair = pairs[slot]!;
    if (!seek(pair, time)) continue;
    if (!pair.trade && (pair.source.signals[pair.cursor - 1]! & ENTRY_BITS) === 0) continue;
    pair.visited = step;
    active.push(pair);
  }
  if (active.length === 0) return;
  for (const pair of active) seekDetail(pair, time, time + mainMs);
  for (let small = time; small < time + mainMs; small += detailMs) {
    const first = small === time ? slots : slotsOf(run);
    for (const slot of first) {
      const pair = pairs[slot]!;
      if (pair.visited === step) passDetail(run, pair, small, mayEnter);
    }
    for (const pair of active) if (!first.includes(pair.slot)) passDetail(run, pair, small, mayEnter);
  }
}

function passMain(run: RunState, pair: PairState, mayEnter: boolean): void {
  loadBar(run.bar, pair.source.candles, pair.cursor);
  loadSignals(run, pair);
  passPair(run, pair, mayEnter);
}

function passDetail(run: RunState, pair: PairState, small: number, mayEnter: boolean): void {
  const { detail } = pair.source;
  const mayEnterNow = mayEnter && pair.closedIn !== run.mainTime;
  if (!detail || !pair.hasDetail) {
    // No detail candles inside this main candle: it is taken whole, at its first moment.
    if (small === run.mainTime) passMain(run, pair, mayEnterNow);
    return;
  }
  let i = pair.detailCursor;
  while (i < detail.length && detail.time[i]! < small) i++;
  pair.detailCursor = i;
  if (i >= detail.length || detail.time[i] !== small) return;
  loadBar(run.bar, detail, i);
  loadSignals(run, pair);
  passPair(run, pair, mayEnterNow);
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

function slotsOf(run: RunState): number[] {
  return run.open.map((trade) => trade.slot);
}
