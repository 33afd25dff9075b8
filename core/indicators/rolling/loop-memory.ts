import { placeForLoops } from '../../columns/column-memory.ts';

/** Numbers of a slab that places are cut from. */
const SLAB = 131_072;
/** Least room of a place; others are twice, four times, … as large. */
const LEAST = 64;

const free = new Map<number, Float64Array[]>();
let slab: Float64Array | undefined;
let cut = 0;

/** Zeroed room for `length` numbers in the memory of the loops, or undefined when that is full. Many small ones lie side by side. */
export function takePlace(length: number): Float64Array | undefined {
  const room = Math.max(LEAST, 2 ** Math.ceil(Math.log2(length)));
  const place = free.get(room)?.pop()?.fill(0) ?? cutPlace(room);
  return place;
}

/** Gives a place of `takePlace` back. */
export function givePlace(place: Float64Array): void {
  const list = free.get(place.length);
  if (list) list.push(place);
  else free.set(place.length, [place]);
}

function cutPlace(room: number): Float64Array | undefined {
  if (room > SLAB / 8) return placeForLoops(room);
  if (!slab || cut + room > SLAB) {
    slab = placeForLoops(SLAB);
    cut = 0;
  }
  cut += room;
  return slab?.subarray(cut - room, cut);
}
