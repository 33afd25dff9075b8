import type { DataType } from '../../ports/market-data.ts';
import type { ColumnSet } from '../store/column-set.ts';

/**
 * Completes what a file left out, by rule: quotes without prices get their middle and volume kind `none`; mark candles volume 0;
 * trades without a side and open interest without a value 0; book snapshots their first rows. Pieces of one file go through one of these
 * in their order: what a book's row is depends on the row before it.
 */
export function columnCompleter(type: DataType): (length: number, raw: RawColumns) => ColumnSet {
  if (type !== 'book') return (length, raw) => completeColumns(type, length, raw);
  const mark = snapshotMarker();
  return (length, raw) => ({ length, columns: mark(length, raw) });
}

type RawColumns = Readonly<Record<string, Float64Array>>;

function completeColumns(type: DataType, length: number, raw: RawColumns): ColumnSet {
  const zeros = () => new Float64Array(length);
  if (type === 'trades') {
    const { time, price, amount, side = zeros() } = raw;
    return { length, columns: { time: time!, price: price!, amount: amount!, side } };
  }
  if (type === 'oi') return { length, columns: { time: raw.time!, amount: raw.amount!, value: raw.value ?? zeros() } };
  if (type !== 'candles' && type !== 'mark') return { length, columns: raw };
  const { time, open, high, low, close, tickVolume, volume = tickVolume, ...extra } = raw;
  const middle = (part: string) => middleOf(extra[`bid${part}`]!, extra[`ask${part}`]!);
  const isQuotes = !open && extra.bidOpen !== undefined;
  const isUntraded = isQuotes || tickVolume !== undefined || (type === 'candles' && !volume);
  return {
    length,
    columns: {
      time: time!,
      open: open ?? middle('Open'),
      high: high ?? middle('High'),
      low: low ?? middle('Low'),
      close: close ?? middle('Close'),
      volume: volume ? (type === 'mark' ? withoutNaN(volume) : volume) : zeros(),
      ...extra,
    },
    ...(isUntraded && { volumeKind: volume ? ('tick' as const) : ('none' as const) }),
  };
}

/** Nothing is traded at a mark price: an empty volume there means none. */
function withoutNaN(column: Float64Array): Float64Array {
  return column.map((x) => (Number.isNaN(x) ? 0 : x));
}

function middleOf(bid: Float64Array, ask: Float64Array): Float64Array {
  return bid.map((price, i) => (price + ask[i]!) / 2);
}

/**
 * Rows of one message share a time, and a snapshot is one message: its first row becomes 1, the further ones 2. Exchange times that
 * fall back a little (a late message) are raised to the latest seen, so that arrival order and time agree.
 */
function snapshotMarker() {
  let [before, latest, kindBefore] = [Number.NaN, Number.NEGATIVE_INFINITY, 0];
  return (length: number, raw: RawColumns): Record<string, Float64Array> => {
    const { side, price, amount } = raw;
    const time = raw.time!.slice();
    const kind = raw.kind!.slice();
    for (let i = 0; i < length; i++) {
      if (kind[i] === 1 && kindBefore > 0 && time[i] === before) kind[i] = 2;
      before = time[i]!;
      kindBefore = kind[i]!;
      if (before < latest) time[i] = latest;
      else latest = before;
    }
    return { time, kind, side: side!, price: price!, amount: amount! };
  };
}
