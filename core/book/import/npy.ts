import { importError } from './import-error.ts';

/** One field of a NumPy record: where it starts and how to read it. */
export interface NpyField {
  readonly name: string;
  /** NumPy's code without byte order: `u8`, `i8`, `f8`, ... */
  readonly type: string;
  readonly offset: number;
}

/** A one-dimensional array of records, or a two-dimensional one of numbers whose columns are named `0`, `1`, ... */
export interface NpyTable {
  readonly rows: number;
  readonly rowBytes: number;
  readonly fields: readonly NpyField[];
  readonly data: DataView;
}

/**
 * Reads the header of a NumPy `.npy` file (versions 1 to 3, little-endian, C order).
 * @throws TidegateError BOOK_IMPORT when it is something else or shorter than its header says
 */
export function readNpy(bytes: Uint8Array, where: string): NpyTable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isNpy = bytes.length > 12 && view.getUint32(0, false) === 0x934e554d && view.getUint16(4, false) === 0x5059;
  if (!isNpy) throw importError('The file is not a NumPy array', where, 'Give the .npz or .npy that NumPy saved.');
  const isShort = bytes[6] === 1;
  const start = isShort ? 10 : 12;
  const length = isShort ? view.getUint16(8, true) : view.getUint32(8, true);
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, start + length));
  if (/'fortran_order': True/.test(header))
    throw importError('The array is in Fortran order', where, 'Save it in C order.');
  const shape = /'shape': \(([^)]*)\)/
    .exec(header)?.[1]
    ?.split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  const fields = fieldsOf(header, where);
  const columns = shape?.[1];
  const rows = shape?.[0];
  if (rows === undefined || !fields)
    throw importError(`The header ${header} is not understood`, where, 'Save it with NumPy.');
  const width = fields.reduce((sum, field) => sum + sizeOf(field.type), 0);
  const all = columns === undefined ? fields : repeated(fields[0]!, columns);
  const rowBytes = columns === undefined ? width : width * columns;
  const needed = start + length + rows * rowBytes;
  if (bytes.length < needed)
    throw importError(
      `The array is cut short: ${bytes.length} bytes of ${needed}`,
      where,
      'Download or save it again.',
    );
  return { rows, rowBytes, fields: all, data: new DataView(bytes.buffer, bytes.byteOffset + start + length) };
}

function fieldsOf(header: string, where: string): NpyField[] | null {
  const list = /'descr': \[([^\]]*)\]/.exec(header)?.[1];
  const single = /'descr': '([^']+)'/.exec(header)?.[1];
  const pairs = list
    ? [...list.matchAll(/\('([^']*)',\s*'([^']*)'\)/g)].map((m) => [m[1]!, m[2]!])
    : single
      ? [['0', single]]
      : null;
  if (!pairs) return null;
  let offset = 0;
  return pairs.map(([name, code]) => {
    if (code!.startsWith('>')) throw importError(`Field ${name} is big-endian`, where, 'Save it on a usual machine.');
    const type = code!.replace(/^[<|=]/, '');
    const field = { name: name!, type, offset };
    offset += sizeOf(type);
    return field;
  });
}

function repeated(field: NpyField, columns: number): NpyField[] {
  return Array.from({ length: columns }, (_, i) => ({ ...field, name: String(i), offset: i * sizeOf(field.type) }));
}

function sizeOf(type: string): number {
  return Number(type.slice(1));
}

/** A reader of one field by row, as a number (64-bit integers beyond 2^53 lose digits: read those with `readBig`). */
export function numberReader(table: NpyTable, name: string): (row: number) => number {
  const { data, rowBytes } = table;
  const { type, offset } = fieldNamed(table, name);
  const at = (row: number) => row * rowBytes + offset;
  if (type === 'f8') return (row) => data.getFloat64(at(row), true);
  if (type === 'f4') return (row) => data.getFloat32(at(row), true);
  if (type === 'i8') return (row) => Number(data.getBigInt64(at(row), true));
  if (type === 'u8') return (row) => Number(data.getBigUint64(at(row), true));
  if (type === 'i4') return (row) => data.getInt32(at(row), true);
  if (type === 'u4') return (row) => data.getUint32(at(row), true);
  if (type === 'i1') return (row) => data.getInt8(at(row));
  throw importError(`Field ${name} has the type ${type}`, 'numpy file', 'Save it as 64-bit numbers.');
}

/**
 * A reader of a time in ns since 1970 as ns since `originMs`, exact for integer fields: seconds and the rest are taken apart in 32-bit
 * halves before anything is rounded.
 */
export function timeReader(table: NpyTable, name: string, originMs: number): (row: number) => number {
  const { data, rowBytes } = table;
  const { type, offset } = fieldNamed(table, name);
  if (type !== 'i8' && type !== 'u8') {
    const read = numberReader(table, name);
    return (row) => Math.round(read(row) - originMs * 1e6);
  }
  const origin = BigInt(originMs) * 1_000_000n;
  const originLow = Number(origin & 0xffffffffn);
  const originHigh = Number(origin >> 32n);
  return (row) => {
    const at = row * rowBytes + offset;
    return (data.getInt32(at + 4, true) - originHigh) * 4294967296 + (data.getUint32(at, true) - originLow);
  };
}

function fieldNamed(table: NpyTable, name: string): NpyField {
  const field = table.fields.find((candidate) => candidate.name === name);
  if (field) return field;
  const names = table.fields.map((candidate) => candidate.name).join(', ');
  throw importError(`The array has no field "${name}", only ${names}`, 'numpy file', 'Is it order-book data?');
}
