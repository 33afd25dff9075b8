import { type BookEvents, EVENT, EventBuilder, SEE, toUnits } from '../book-events.ts';
import { ticksOf } from './fields.ts';
import { importError } from './import-error.ts';
import type { CsvImportOptions } from './import-options.ts';
import { LotReader } from './lot-reader.ts';
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
 * Order-by-order (L3) events are not supported. Rows keep their order, which the format promises to be right for both readers. A snapshot without times
 * (`create_last_snapshot`) becomes a clear and its levels, all at time 0 of 1970: see `isOpeningBook`.
 * @throws TidegateError BOOK_IMPORT for other data, L3 events and files cut short
 */
export function importHftbacktest(bytes: Uint8Array, options: CsvImportOptions): BookEvents {
  const where = options.where ?? 'hftbacktest file';
  const table = readNpy(arrayIn(bytes, where), where);
  if (!table.fields.some((field) => field.name === 'ev'))
    throw importError(
      'The array has no "ev" field',
      where,
      'Version 1 files (six plain columns) must be converted with hftbacktest.data first.',
    );
  return convert(table, options, where);
}

/** A book as it stood, without a time of its own: it belongs before the rows that follow it. */
export function isOpeningBook(events: BookEvents): boolean {
  return events.originMs === 0 && events.length > 0;
}

function arrayIn(bytes: Uint8Array, where: string): Uint8Array {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return bytes;
  const entry = zipEntries(bytes, where).find(({ name }) => name.endsWith('.npy'));
  if (!entry) throw importError('The archive holds no .npy array', where, 'Give the .npz that NumPy saved.');
  return entry.read();
}

function convert(table: NpyTable, options: CsvImportOptions, where: string): BookEvents {
  const { tickSize } = options.grid;
  const rawTime = numberReader(table, 'exch_ts');
  const isOpening = table.rows > 0 && rawTime(0) === 0 && rawTime(table.rows - 1) === 0;
  const originMs = table.rows === 0 || isOpening ? 0 : Math.floor(rawTime(0) / 1e6) - 1000;
  const exchangeTime = timeReader(table, 'exch_ts', originMs);
  const localTime = timeReader(table, 'local_ts', originMs);
  const price = numberReader(table, 'px');
  const amount = numberReader(table, 'qty');
  const flagsAt = numberReader(table, 'ev');
  const lots = new LotReader(options, where);
  const builder = new EventBuilder(originMs);
  if (isOpening) builder.push(SEE.both, EVENT.clear, 0, 0, 0, 0, 0);
  let unknown = 0;
  for (let row = 0; row < table.rows; row++) {
    const flags = flagsAt(row) | 0;
    const see = (flags & (1 << 31) ? SEE.exchange : 0) | (flags & (1 << 30) ? SEE.local : 0);
    if (see === 0) continue;
    const side = flags & (1 << 29) ? 1 : flags & (1 << 28) ? -1 : 0;
    const kind = kindOf(flags & 0xff, row, where);
    if (kind === EVENT.clear) {
      builder.push(see, kind, side, exchangeTime(row), localTime(row), toUnits(price(row), tickSize), 0);
      continue;
    }
    const ticks = ticksOf(price(row), tickSize, where, () => `row ${row}`);
    const size = lots.lots(amount(row), row, 'Row');
    if (kind === EVENT.trade && side === 0) unknown++;
    else if (kind === EVENT.depth || size > 0)
      builder.push(see, kind, side, exchangeTime(row), localTime(row), ticks, size);
  }
  lots.finish();
  if (unknown > 0) options.onNote?.(`${unknown} trades do not say who the aggressor was: left out`);
  return builder.events();
}

function kindOf(code: number, row: number, where: string): number {
  if (code === TRADE) return EVENT.trade;
  if (code === CLEAR) return EVENT.clear;
  if (code === DEPTH || code === SNAPSHOT || code === BBO) return EVENT.depth;
  throw importError(
    `row ${row} has the event ${code}`,
    where,
    'Only depth, snapshot, best-price, clear and trade rows can be used.',
  );
}
