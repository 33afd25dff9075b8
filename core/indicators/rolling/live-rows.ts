import type { Column } from '../../columns/column.ts';
import { givePlace, takePlace } from './loop-memory.ts';

/** A loop of the module: so many rows, and where state, options, addresses of columns, scratch and cells lie; `kept` as `live` has it, or 0. */
export type Loop = (
  count: number,
  state: number,
  size: number,
  options: number,
  columns: number,
  out: number,
  cells: number,
  kept: number,
) => void;

/** The functions of the module beside its loops. */
export interface LiveModule {
  /** One row of loop `index`, with what lies behind `place`. */
  live(index: number, place: number): void;
  /** Address where the cells end that the last call made. */
  reached(): number;
}

/** Layout of a place, in numbers: addresses of columns, where the rest is, scratch, options; then state, what is kept, windows, cells. */
const PARTS = 8;
const OUT = 16;
const OPTIONS = 32;
const STATE = 64;
/** Room for what the steps use of what the loop made. */
const KEPT = 64;
/** Rows of a window beyond those that the loop looks back to: they are moved to its beginning when it is full. */
const SPARE = 48;

/** Gives a place back once nobody holds the state in it. */
const held = new FinalizationRegistry<Float64Array>(givePlace);

/**
 * Goes row by row by a compiled loop over a place of its own in the loops' memory, where the state is from now on, as are the last rows of the inputs; so a
 * row is a few numbers copied and one call, and nothing is allocated. `cells`: bytes that the loop's cells take.
 * Returns nothing, with nothing changed, where the memory is full.
 */
export function liveRows(
  module: LiveModule,
  index: number,
  state: Float64Array,
  options: readonly number[],
  inputs: readonly Column[],
  outputs: readonly Column[],
  lookback: number,
  cells: number,
): { readonly state: Float64Array; advance(from: number, to: number): void } | undefined {
  const width = lookback > 0 ? lookback + SPARE : 1;
  const count = inputs.length;
  const kept = STATE + state.length;
  const first = kept + KEPT;
  const last = first + count * width;
  const arena = last + outputs.length;
  const place = takePlace(arena + Math.ceil(cells / 8));
  if (!place) return undefined;
  const at = (number: number) => place.byteOffset + 8 * number;
  const words = new Uint32Array(place.buffer, place.byteOffset, 2 * OUT);
  /** Of the inputs: an absent stage has no rows, and its address is 0. */
  const isThere = inputs.map(({ values }) => values.length > 0);
  for (let k = 0; k < count; k++) words[k] = isThere[k] ? at(first + k * width) : 0;
  for (let k = 0; k < outputs.length; k++) words[count + k] = at(last + k);
  words.set([at(STATE), state.length, at(OPTIONS), at(OUT), at(arena), at(kept)], 2 * PARTS);
  place.set(options, OPTIONS);
  const own = place.subarray(STATE, STATE + state.length);
  own.set(state);
  held.register(own, place);
  const head = place.byteOffset;
  const { live } = module;
  /** The row that comes next, and its place in the windows. */
  let next = -1;
  let row = 0;

  /** Puts the rows that the loop may look back to before row `from`, at the beginning of the windows. */
  function refill(from: number): void {
    for (let k = 0; k < count; k++) {
      if (!isThere[k]) continue;
      const { values, base } = inputs[k]!;
      const start = first + k * width + lookback - from;
      for (let i = Math.max(base, from - lookback); i < from; i++) place![start + i] = values[i - base]!;
    }
    row = lookback;
  }

  return {
    state: own,
    advance(from, to) {
      if (from !== next) refill(from);
      for (let i = from; i < to; i++) {
        if (row === width) refill(i);
        for (let k = 0; k < count; k++) {
          if (!isThere[k]) continue;
          const { values, base } = inputs[k]!;
          const cell = first + k * width + row;
          place[cell] = values[i - base]!;
          if (lookback > 0) words[k] = head + 8 * cell;
        }
        live(index, head);
        for (let k = 0; k < outputs.length; k++) {
          const { values, base } = outputs[k]!;
          values[i - base] = place[last + k]!;
        }
        if (lookback > 0) row++;
      }
      next = to;
    },
  };
}
