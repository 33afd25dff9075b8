import { type BookEvents, EVENT, EventBuilder, type LotGrid, SEE, toUnits } from '../book-events.ts';
import { importError } from './import-error.ts';
import { type NpyTable, numberReader, readNpy, timeReader } from './npy.ts';
import { zipEntries } from './zip.ts';

/** Event numbers of hftbacktest's format (its documentation, "Data"), in the low byte of the flags. */
const DEPTH = 1;
const TRADE = 2;
const CLEAR = 3;
const SNAPSHOT = 4;
const BBO = 5;

/**
 * Reads hftbacktest's `.npz` (or `.npy`) of version 2: records of `ev`, `exch_ts`, `local_ts`, `px`, `qty` with flags for reader and side.
 * Order-by-order (L3) events are not supported. Rows keep their order, which the format promises to be right for both readers.
 * @throws TidegateError BOOK_IMPORT_INVALID for other data, L3 events and files cut short
 */
export function importHftbacktest(bytes: Uint8Array, grid: LotGrid, where = 'hftbacktest file'): BookEvents {
  const table = readNpy(arrayIn(bytes, where), where);
  if (!table.fields.some((field) => field.name === 'ev'))
    throw importError(
      'The array has no "ev" field',
      where,
      'Version 1 files (six plain columns) must be converted with hftbacktest.data first.',
    );
  return convert(table, grid, where);
}

function arrayIn(bytes: Uint8Array, where: string): Uint8Array {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return bytes;
  const entry = zipEntries(bytes, where).find(({ name }) => name.endsWith('.npy'));
  if (!entry) throw importError('The archive holds no .npy array', where, 'Give the .npz that NumPy saved.');
  return entry.read();
}

function convert(table: NpyTable, grid: LotGrid, where: string): BookEvents {
  const rawTime = numberReader(table, 'exch_ts');
  const originMs = table.rows === 0 ? 0 : Math.floor(rawTime(0) / 1e6) - 1000;
  const exchangeTime = timeReader(table, 'exch_ts', originMs);
  const localTime = timeReader(table, 'local_ts', originMs);
  const price = numberReader(table, 'px');
  const amount = numberReader(table, 'qty');
  const flagsAt = numberReader(table, 'ev');
  const builder = new EventBuilder(originMs);
  for (let row = 0; row < table.rows; row++) {
    const flags = flagsAt(row) | 0;
    const see = (flags & (1 << 31) ? SEE.exchange : 0) | (flags & (1 << 30) ? SEE.local : 0);
    if (see === 0) continue;
    const side = flags & (1 << 29) ? 1 : flags & (1 << 28) ? -1 : 0;
    const kind = kindOf(flags & 0xff, row, where);
    const ticks = toUnits(price(row), grid.tickSize);
    builder.push(see, kind, side, exchangeTime(row), localTime(row), ticks, toUnits(amount(row), grid.lotSize));
  }
  return builder.events();
}

function kindOf(code: number, row: number, where: string): number {
  if (code === TRADE) return EVENT.trade;
  if (code === CLEAR) return EVENT.clear;
  if (code === DEPTH || code === SNAPSHOT || code === BBO) return EVENT.depth;
  throw importError(
    `Row ${row} has the event ${code}`,
    where,
    'Only depth, snapshot, best-price, clear and trade rows can be used.',
  );
}
