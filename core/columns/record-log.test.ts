import { expect, it } from 'vitest';
import { RecordLog, StringTable } from './record-log.ts';

/** A row of one field. The first row of a chunk takes it: `data` is another one after `append`. */
function write(log: RecordLog<'x'>, value: number): void {
  const at = log.append();
  log.data[at] = value;
}

it('keeps rows over many chunks, and reads them back by field', () => {
  const log = new RecordLog(['a', 'b', 'c']);
  const rows = 40_000;
  for (let k = 0; k < rows; k++) {
    const at = log.append();
    log.data[at] = k;
    log.data[at + 1] = -k - 1;
    log.data[at + 2] = k / 2;
  }
  expect(log.length).toBe(rows);
  for (const k of [0, 16_383, 16_384, 39_999]) expect(log.read(k)).toEqual({ a: k, b: -k - 1, c: k / 2 });
  expect(log.get(20_000, 'c')).toBe(10_000);
  const column = log.column('a');
  expect(column.every((x, k) => x === k)).toBe(true);
});

it('is empty after its memory was handed back, and the next log may write there', () => {
  const first = new RecordLog(['x']);
  write(first, 1);
  first.release();
  expect([first.length, first.rows]).toEqual([0, [new Float64Array(0)]]);
  const second = new RecordLog(['x']);
  write(second, 2);
  write(first, 3);
  expect([first.get(0, 'x'), second.get(0, 'x')]).toEqual([3, 2]);
});

it('gives each string one number, and none for none', () => {
  const names = new StringTable();
  expect([names.id('roi'), names.id('stop'), names.id('roi'), names.id(null)]).toEqual([1, 2, 1, 0]);
  expect([names.name(1), names.name(2), names.name(0)]).toEqual(['roi', 'stop', null]);
});
