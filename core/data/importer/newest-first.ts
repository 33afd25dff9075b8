import type { DataType } from '../../ports/market-data.ts';

/** Whether the rows of a file stand newest first: its times never rise, and fall. Rows of a book belong to those before them: they are never turned. */
export function isNewestFirst(type: DataType, time: Float64Array): boolean {
  if (type === 'book' || !(time[0]! > time[time.length - 1]!)) return false;
  for (let i = 1; i < time.length; i++) if (!(time[i]! <= time[i - 1]!)) return false;
  return true;
}
