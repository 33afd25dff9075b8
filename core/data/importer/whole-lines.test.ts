import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvReader } from './read-csv.ts';
import { wholeLines } from './whole-lines.ts';

async function* blocksOf(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  for (let i = 1; i < places.length; i++) yield bytes.subarray(places[i - 1]!, places[i]!);
}

it('reads a CSV cut anywhere as one that is whole, and counts its lines through', async () => {
  const number = {
    name: 'x',
    parse: (b: Uint8Array, from: number, to: number) => Number(Buffer.from(b.subarray(from, to))),
  };
  const numbers = fc.array(fc.oneof(fc.integer().map(String), fc.constant('')), { minLength: 1, maxLength: 20 });
  const isValid = (cells: readonly string[]) => cells.some((cell) => cell !== '');
  await fc.assert(
    fc.asyncProperty(numbers.filter(isValid), fc.array(fc.nat()), fc.boolean(), async (cells, cuts, endsOpen) => {
      const rows = cells.map((cell) => (cell === '' ? '' : `${cell},7`));
      const bytes = Buffer.from(`x,y\r\n${rows.join('\r\n')}${endsOpen ? '' : '\n'}`);
      const found: number[] = [];
      const read = csvReader('here', () => [number, null]);
      for await (const lines of wholeLines(blocksOf(bytes, cuts), 'here')) found.push(...read(lines).columns.x!);
      expect(found).toEqual(cells.filter((cell) => cell !== '').map(Number));

      const faulty = Buffer.from(`x,y\n${rows.join('\n')}\n1,2,3\n`);
      const fails = async () => {
        const again = csvReader('here', () => [number, null]);
        for await (const lines of wholeLines(blocksOf(faulty, cuts), 'here')) again(lines);
      };
      await expect(fails()).rejects.toThrow(`line ${cells.length + 2} has 3 cells instead of 2`);
    }),
    { numRuns: 60 },
  );
});

it('refuses a text without lines', async () => {
  const endless = async () => {
    for await (const _ of wholeLines(blocksOf(new Uint8Array((8 << 20) + 1), [5]), 'here'));
  };
  await expect(endless()).rejects.toThrow('DATA_COLUMNS: a line is longer than 8 MiB');
});
