import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { openCatalogue } from '../catalogue/catalogue.ts';
import { importFiles } from '../import-data.ts';
import { archiveFile } from './archive-name.ts';

const temporary = mkdtempSync(join(tmpdir(), 'archive-'));
afterAll(() => rmSync(temporary, { recursive: true }));
const PERPETUAL = 'BTC/USDT:USDT';
const HOUR = 3_600_000;

/** A zip of one deflated file. */
function zipOf(name: string, content: string): Buffer {
  const packed = deflateRawSync(content);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50);
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(crc32(content), 16);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(content.length, 24);
  entry.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(30 + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, entry, Buffer.from(name), end]);
}

/** Klines as the archive has them: twelve columns, times in ms or, in spot files since 2025, µs. */
const klines = (start: number, perMs = 1) =>
  [0, 1]
    .map((i) => `${(start + i * HOUR) * perMs},1,3,0.5,${2 + i},5,${(start + (i + 1) * HOUR) * perMs - 1},9,8,7,6,0\n`)
    .join('');
const HEADER = 'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,x,ignore\n';

async function imported(files: Readonly<Record<string, string>>, pair?: string) {
  const root = mkdtempSync(join(temporary, 'run-'));
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, 'data', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, name.endsWith('.zip') ? zipOf('inside.csv', content) : content);
  }
  const catalogue = await openCatalogue(join(root, 'catalogue'), { cache: false });
  const options = { exchange: 'binance', ...(pair && { pair }) };
  for await (const _ of importFiles(catalogue, [join(root, 'data')], options));
  return catalogue;
}

it.each([
  ['/a/klines/BTCUSDT/1m/BTCUSDT-1m-2024-01.zip', 'candles', '1m'],
  ['/a/BTCUSDT-1mo-2024-01.csv', 'candles', '1M'],
  ['/futures/um/daily/markPriceKlines/BTCUSDT/1h/BTCUSDT-1h-2024-01-31.zip', 'mark', '1h'],
  ['/a/BTCUSDT-fundingRate-2024-01.zip', 'funding', null],
  ['/a/BTCUSDT-metrics-2024-01-31.csv', 'oi', null],
])('understands %s', (path, type, timeframe) =>
  expect(archiveFile(path, PERPETUAL)).toMatchObject({ pair: PERPETUAL, type, timeframe }),
);

it('leaves other names to others, and files of another symbol or market out', () => {
  const index = '/a/indexPriceKlines/BTCUSDT/1h/BTCUSDT-1h-2024-01.zip';
  for (const path of ['/a/BTCUSDT-aggTrades-2024-01.zip', '/a/BTCUSDT-1h-2024-01.parquet', '/a/notes.csv', index])
    expect(archiveFile(path, PERPETUAL)).toBeNull();
  expect(archiveFile('/a/ETHUSDT-1h-2024-01.zip', PERPETUAL)).toBe('other');
  expect(archiveFile('/data/spot/BTCUSDT-1h-2024-01.zip', PERPETUAL)).toBe('other');
  expect(archiveFile('/data/futures/BTCUSDT-1h-2024-01.zip', 'BTC/USDT')).toBe('other');
  expect(archiveFile('/data/futures/BTCUSD_PERP-1h-2024-01.zip', 'BTC/USD:BTC')).toMatchObject({ timeframe: '1h' });
  expect(() => archiveFile('/a/BTCUSDT-1h-2024-01.zip', undefined)).toThrow('BTCUSDT may be spot or a perpetual');
});

it('stores what a folder of the archive has of one pair, zipped or not, with a header or without, in ms or µs', async () => {
  const [one, two] = [Date.UTC(2024, 0, 1), Date.UTC(2025, 0, 1)];
  const catalogue = await imported(
    {
      'BTCUSDT-1h-2024-01.zip': klines(one),
      'BTCUSDT-1h-2025-01.csv': HEADER + klines(two, 1000),
      'ETHUSDT-1h-2024-01.zip': klines(one),
      'BTCUSDT-fundingRate-2024-01.csv': `calc_time,funding_interval_hours,last_funding_rate\n${one},8,0.0001\n`,
      'BTCUSDT-metrics-2024-01-01.zip':
        'create_time,symbol,sum_open_interest,sum_open_interest_value,x\n2024-01-01 00:05:00,BTCUSDT,80.5,3400000,1\n',
    },
    PERPETUAL,
  );
  expect((await catalogue.list()).map(({ pair, type, rows }) => [pair, type, rows])).toEqual([
    [PERPETUAL, 'candles', 4],
    [PERPETUAL, 'funding', 1],
    [PERPETUAL, 'oi', 1],
  ]);
  const { time, close } = await catalogue.candles('binance', PERPETUAL, '1h');
  expect([[...time], [...close]]).toEqual([
    [one, one + HOUR, two, two + HOUR],
    [2, 3, 2, 3],
  ]);
  const funding = await catalogue.events('binance', PERPETUAL, 'funding');
  expect([funding.time[0], funding.values.rate![0]]).toEqual([one, 0.0001]);
  const interest = await catalogue.events('binance', PERPETUAL, 'oi');
  expect([interest.time[0], interest.values.amount![0]]).toEqual([one + 300_000, 80.5]);
});

it('refuses files of the archive without a pair, one of another pair by its path, and other formats', async () => {
  await expect(imported({ 'BTCUSDT-1h-2024-01.zip': klines(0) })).rejects.toThrow('DATA_FILE_NAME');
  const catalogue = await openCatalogue(join(temporary, 'none'), { cache: false });
  const run = async (name: string) => {
    const path = join(temporary, name);
    writeFileSync(path, klines(Date.UTC(2024, 0, 1)));
    for await (const _ of importFiles(catalogue, [path], { exchange: 'binance', pair: PERPETUAL, timeframe: '1h' }));
  };
  await expect(run('ETHUSDT-1h-2024-01.csv')).rejects.toThrow('by its name this file is not about BTC/USDT:USDT');
  await expect(run('BTC_USDT-1h.h5')).rejects.toThrow('DATA_FORMAT');
  await run('BTCUSDT-1h-2024-01.csv');
  expect((await catalogue.list()).map(({ rows }) => rows)).toEqual([2]);
});
