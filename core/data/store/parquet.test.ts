import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { ColumnSet } from './column-set.ts';
import { hashColumns } from './content-hash.ts';
import { sqlText, withDuck } from './duck.ts';
import type { TimeUnit } from './parquet/format.ts';
import { openOwnParquet, ownFooter } from './parquet/own-parquet.ts';
import { writeParquet } from './parquet/write-parquet.ts';
import { parquetInfo, readParquet } from './parquet.ts';

const folder = mkdtempSync(join(tmpdir(), 'parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'a.parquet');

const START = Date.UTC(2024, 1, 29);
/** More than a row group of five-minute candles with a gap. */
const rows = 123_456;
const column = (value: (i: number) => number) => Float64Array.from({ length: rows }, (_, i) => value(i));
const candles: ColumnSet = {
  length: rows,
  columns: {
    time: column((i) => START + (i + (i > 5000 ? 7 : 0)) * 300_000),
    open: column((i) => 1 + ((i * 7919) % 1000) / 10),
    high: column((i) => Number.MAX_VALUE / (i + 1)),
    low: column((i) => -i * 5e-324),
    close: column((i) => (i % 3 ? Number.NaN : i)),
    'sum of "it"': column(() => 0),
  },
  volumeKind: 'tick',
};

/** What DuckDB reads, without our own reader. */
async function byDuck(file: string, sql: string): Promise<readonly (readonly unknown[])[]> {
  return withDuck(async (duck) => (await duck.runAndReadAll(`${sql} FROM read_parquet(${sqlText(file)})`)).getRows());
}

/** The columns as files of ours were written by DuckDB. */
async function writeByDuck(file: string, select: string, compression = 'zstd'): Promise<void> {
  await withDuck((duck) =>
    duck.run(
      `COPY (${select}) TO ${sqlText(file)} (FORMAT parquet, PARQUET_VERSION 'V2', COMPRESSION ${compression}, ROW_GROUP_SIZE 4096,` +
        " KV_METADATA {writer: 'tidegate', pair: 'A/B', volumeKind: 'quote'})",
    ),
  );
}

/** Whether every bit of every number is the same. */
function isSame(a: ColumnSet, b: ColumnSet): boolean {
  const bits = ({ columns }: ColumnSet) =>
    Object.entries(columns).map(([name, x]) => [name, Buffer.from(x.buffer, x.byteOffset, x.byteLength)] as const);
  const others = bits(b);
  return bits(a).every(([name, x], c) => name === others[c]?.[0] && x.equals(others[c][1])) && a.length === b.length;
}

describe('a Parquet file of ours', () => {
  it('reads back to the last bit, over row groups, with its metadata', async () => {
    await writeParquet(path, candles, 'ms', { pair: "O'X/USDT", unfinishedFrom: '5' });
    const { set, meta } = await readParquet(path);
    expect(set.length).toBe(rows);
    expect(set.volumeKind).toBe('tick');
    expect(isSame(set, candles)).toBe(true);
    expect(meta).toEqual({ writer: 'tidegate', pair: "O'X/USDT", unfinishedFrom: '5', volumeKind: 'tick' });
    expect(openOwnParquet(path)).not.toBeNull();
    const first = readFileSync(path);
    await writeParquet(path, candles, 'ms', { pair: "O'X/USDT", unfinishedFrom: '5' });
    expect(readFileSync(path).equals(first)).toBe(true);
  });

  it('is one to DuckDB: types, times, values, and row groups that it may skip', async () => {
    await writeParquet(path, candles, 'ms', { pair: 'A/B' });
    const info = await parquetInfo(path);
    expect(info.rows).toBe(rows);
    expect(info.meta).toEqual({ writer: 'tidegate', pair: 'A/B', volumeKind: 'tick' });
    const described = await withDuck((duck) =>
      duck.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${sqlText(path)})`),
    );
    const types = new Map(described.getRows().map(([name, type]) => [name, type]));
    expect(types.get('time')).toMatch(/^TIMESTAMP(_MS)?$/);
    expect(types.get('sum of "it"')).toBe('DOUBLE');
    const read = await byDuck(
      path,
      'SELECT epoch_ms(time::TIMESTAMP)::DOUBLE, open, high, low, close, "sum of ""it"""',
    );
    const columns = Object.values(candles.columns);
    const differing = read.findIndex((row, i) => row.some((x, c) => !Object.is(x, columns[c]![i])));
    expect([read.length, differing]).toEqual([rows, -1]);
    const encodings = await withDuck((duck) =>
      duck.runAndReadAll(
        `SELECT path_in_schema, encodings FROM parquet_metadata(${sqlText(path)}) WHERE row_group_id = 0`,
      ),
    );
    expect(encodings.getRows().map(([name, used]) => `${name}: ${used}`)).toEqual([
      'time: DELTA_BINARY_PACKED',
      'open: PLAIN, RLE_DICTIONARY',
      'high: BYTE_STREAM_SPLIT',
      'low: BYTE_STREAM_SPLIT',
      'close: BYTE_STREAM_SPLIT',
      'sum of "it": BYTE_STREAM_SPLIT',
    ]);
    expect(ownFooter(path)).toEqual({ ...info, span: [candles.columns.time![0], candles.columns.time!.at(-1)] });
    const stats = await withDuck((duck) =>
      duck.runAndReadAll(
        `SELECT row_group_num_rows::DOUBLE, stats_min_value, stats_max_value FROM parquet_metadata(${sqlText(path)}) WHERE path_in_schema = 'time'`,
      ),
    );
    expect(stats.getRows()).toEqual([
      [122_880, '2024-02-29 00:00:00', expect.stringMatching(/^2025-04-30 /)],
      [576, expect.stringMatching(/^2025-04-30 /), expect.stringMatching(/^2025-05-02 /)],
    ]);
  });

  it('has times of any spacing, to the nanosecond where they are of trades', async () => {
    const gap = fc.oneof(fc.constant(0), fc.constant(60_000), fc.integer({ min: 0, max: 86_400_000 }));
    const times = fc.record({
      unit: fc.constantFrom<TimeUnit>('ms', 'ns'),
      start: fc.integer({ min: 0, max: START }),
      gaps: fc.array(gap, { maxLength: 4500, size: 'max' }),
      nanos: fc.array(fc.integer({ min: 0, max: 999_999 }), { minLength: 1, maxLength: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(times, async ({ unit, start, gaps, nanos }) => {
        let ms = start;
        const whole = [start, ...gaps.map((step) => (ms += step))];
        const at = (t: number, i: number) => t + (unit === 'ns' ? nanos[i % nanos.length]! / 1e6 : 0);
        const time = Float64Array.from(whole, at);
        await writeParquet(path, { length: time.length, columns: { time } }, unit, {});
        const own = await readParquet(path);
        // A double of ms has room for 244 ns: nanoseconds beyond it are rounded to the nearest, once.
        const sum = 'SELECT (epoch_ns(time) // 1000000)::DOUBLE + (epoch_ns(time) % 1000000)::DOUBLE / 1e6';
        const ms1 = 'SELECT epoch_ms(time::TIMESTAMP)::DOUBLE';
        const duck = (await byDuck(path, unit === 'ns' ? sum : ms1)).map(([t]) => t);
        expect([...own.set.columns.time!]).toEqual(duck);
        expect(own.set.columns.time!.findIndex((t, i) => Math.abs(t - time[i]!) > 2 ** -12)).toBe(-1);
      }),
      { numRuns: 25 },
    );
  });

  it('may be of no rows', async () => {
    const none = { length: 0, columns: { time: new Float64Array(0), rate: new Float64Array(0) } };
    await writeParquet(path, none, 'ms', {});
    expect((await readParquet(path)).set).toEqual(none);
    expect((await parquetInfo(path)).rows).toBe(0);
    expect(ownFooter(path)?.span).toBeNull();
  });

  it('is refused, and named, wherever a byte of it is another', async () => {
    const few = {
      length: 9,
      columns: { time: candles.columns.time!.slice(0, 9), open: candles.columns.open!.slice(0, 9) },
    };
    await writeParquet(path, few, 'ms', {});
    const good = readFileSync(path);
    const hash = hashColumns(few);
    const footerAt = good.length - 8 - good.readUInt32LE(good.length - 8);
    // Pages have checksums. Of their headers a few bytes say nothing that is needed, such as the kind of levels, which there are none of.
    let refused = 0;
    for (let at = 4; at < footerAt; at++) {
      const bad = Buffer.from(good);
      bad[at]! ^= 1;
      writeFileSync(path, bad);
      const read = await readParquet(path).catch((error) => error);
      if ('set' in read) {
        expect(hashColumns(read.set)).toBe(hash);
        continue;
      }
      expect(read).toMatchObject({ code: 'DATA_CORRUPT', where: path });
      refused++;
    }
    expect(refused).toBeGreaterThan(0.8 * footerAt);
    for (const length of [0, 5, 11, good.length - 1]) {
      writeFileSync(path, good.subarray(0, length));
      await expect(readParquet(path)).rejects.toMatchObject({ code: 'DATA_CORRUPT', where: path });
    }
  });
});

describe('a file that DuckDB wrote for us', () => {
  const time = 'make_timestamp_ns(1700000000000000000 + i * 60000000000 + i * i)::TIMESTAMP_NS AS time';
  const numbers = 'i / 7 AS price, sqrt(i) AS amount, (i // 100 % 3)::DOUBLE AS side, (i * 7919 % 400) / 1e3 AS rate';

  it('is read by our own reader where its columns are plain, with the same numbers', async () => {
    await writeByDuck(path, `SELECT ${numbers}, ${time} FROM range(9000) t(i)`);
    const own = openOwnParquet(path);
    expect(own?.names).toEqual(['time', 'price', 'amount', 'side', 'rate']);
    own!.close();
    const { set, meta } = await readParquet(path);
    expect(meta).toEqual({ writer: 'tidegate', pair: 'A/B', volumeKind: 'quote' });
    expect(ownFooter(path)).toEqual({ rows: 9000, meta, span: [set.columns.time![0], set.columns.time!.at(-1)] });
    const read = await byDuck(
      path,
      'SELECT (epoch_ns(time) // 1000000)::DOUBLE + (epoch_ns(time) % 1000000)::DOUBLE / 1e6, price, amount, side, rate',
    );
    expect([...set.columns.time!.keys()].map((i) => Object.values(set.columns).map((x) => x[i]))).toEqual(read);
  });

  it('is read by DuckDB where they are not: NULLs, another compression, times that are numbers', async () => {
    const cases = [
      [`SELECT ${time}, CASE WHEN i % 2 = 0 THEN sqrt(i) END AS price FROM range(9000) t(i)`],
      [`SELECT ${time}, sqrt(i) AS price FROM range(9000) t(i)`, 'snappy'],
      [`SELECT 1e3 * i AS time, sqrt(i) AS price FROM range(9000) t(i)`],
    ] as const;
    for (const [sql, compression] of cases) {
      await writeByDuck(path, sql, compression);
      expect(openOwnParquet(path)).toBeNull();
      const { set } = await readParquet(path);
      expect([set.length, set.columns.time!.length]).toEqual([9000, 9000]);
    }
  });
});
