import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openCatalogue } from '../catalogue/catalogue.ts';
import { type ImportOptions, importFiles } from '../import-data.ts';

const temporary = mkdtempSync(join(tmpdir(), 'written-'));
afterAll(() => rmSync(temporary, { recursive: true }));

type Rules = Omit<ImportOptions, 'exchange'>;

/** Imports one file of one-minute candles, and gives what was stored. */
async function imported(content: string, rules: Rules = {}, name = 'prices.csv') {
  const root = mkdtempSync(join(temporary, 'run-'));
  const path = join(root, name);
  writeFileSync(path, content);
  const catalogue = await openCatalogue(join(root, 'catalogue'), { cache: false });
  const { pair = 'EUR/USD', timeframe = '1m' } = rules;
  for await (const _ of importFiles(catalogue, [path], { exchange: 'x', pair, timeframe, ...rules }));
  const { time, open, close, volume, volumeKind } = await catalogue.candles('x', pair, timeframe);
  return { time: [...time], open: [...open], close: [...close], volume: [...volume], kind: volumeKind };
}

const MINUTE = 60_000;
const at = (...[year, month, day, hour = 0, minute = 0]: readonly [number, number, number, number?, number?]) =>
  Date.UTC(year, month - 1, day, hour, minute);

/** Two candles as each source writes them, what they need to be told, and when the first one was. */
const SOURCES: readonly (readonly [string, string, Rules, number, string?])[] = [
  [
    'MetaTrader 4',
    '2024.01.31,00:00,1.0810,1.0815,1.0805,1.0812,120\n2024.01.31,00:01,1.0812,1.0816,1.0811,1.0814,90\n',
    { timezone: 'America/New_York+07:00' },
    at(2024, 1, 30, 22),
  ],
  [
    'MetaTrader 5',
    '<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\r\n2024.07.31\t00:00:00\t1.0810\t1.0815\t1.0805\t1.0812\t120\t0\t5\r\n2024.07.31\t00:01:00\t1.0812\t1.0816\t1.0811\t1.0814\t90\t0\t5\r\n',
    { timezone: 'America/New_York+07:00' },
    at(2024, 7, 30, 21),
    'tick',
  ],
  [
    'Dukascopy, UTC',
    'Gmt time,Open,High,Low,Close,Volume\n31.01.2024 00:00:00.000,1.0810,1.0815,1.0805,1.0812,120\n31.01.2024 00:01:00.000,1.0812,1.0816,1.0811,1.0814,90\n',
    {},
    at(2024, 1, 31),
  ],
  [
    'Dukascopy, local time',
    'Local time,Open,High,Low,Close,Volume\n31.01.2024 00:00:00.000 GMT+0100,1.0810,1.0815,1.0805,1.0812,120\n31.01.2024 00:01:00.000 GMT+0100,1.0812,1.0816,1.0811,1.0814,90\n',
    {},
    at(2024, 1, 30, 23),
  ],
  [
    'Dukascopy, EET',
    'Time (EET),Open,High,Low,Close,Volume \n2024.01.31 00:00:00,1.0810,1.0815,1.0805,1.0812,120\n2024.01.31 00:01:00,1.0812,1.0816,1.0811,1.0814,90\n',
    { timezone: 'Europe/Athens' },
    at(2024, 1, 30, 22),
  ],
  [
    'HistData',
    '20240131 170000;1.0810;1.0815;1.0805;1.0812;120\n20240131 170100;1.0812;1.0816;1.0811;1.0814;90\n',
    { timezone: '-05:00' },
    at(2024, 1, 31, 22),
  ],
  [
    'TradingView',
    'time,open,high,low,close,Volume,MA\n1706659200,1.0810,1.0815,1.0805,1.0812,120,1\n1706659260,1.0812,1.0816,1.0811,1.0814,90,1\n',
    {},
    at(2024, 1, 31),
  ],
  [
    'TradingView, ISO, no volumes',
    'time,open,high,low,close\n2024-01-31T01:00:00+01:00,1.0810,1.0815,1.0805,1.0812\n2024-01-31T01:01:00+01:00,1.0812,1.0816,1.0811,1.0814\n',
    { noVolume: true },
    at(2024, 1, 31),
    'none',
  ],
  [
    'Kraken',
    '1706659200,1.0810,1.0815,1.0805,1.0812,120,4\n1706659260,1.0812,1.0816,1.0811,1.0814,90,3\n',
    { pair: 'XBT/USD' },
    at(2024, 1, 31),
  ],
  [
    'CryptoDataDownload, newest first',
    'https://www.CryptoDataDownload.com\nunix,date,symbol,open,high,low,close,Volume BTC,Volume USD\n1706659260,2024-01-31 00:01:00,BTC/USD,1.0812,1.0816,1.0811,1.0814,90,97\n1706659200,2024-01-31 00:00:00,BTC/USD,1.0810,1.0815,1.0805,1.0812,120,130\n',
    { pair: 'BTC/USD' },
    at(2024, 1, 31),
  ],
  [
    'Bitstamp of other collections',
    'Timestamp,Open,High,Low,Close,Volume_(BTC),Volume_(Currency),Weighted_Price\n1706659200,1.0810,1.0815,1.0805,1.0812,120,130,1.08\n1706659260,1.0812,1.0816,1.0811,1.0814,90,97,1.08\n',
    { pair: 'BTC/USD' },
    at(2024, 1, 31),
  ],
  [
    'Stooq',
    '<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\nEURUSD,1,20240731,020000,1.0810,1.0815,1.0805,1.0812,120,0\nEURUSD,1,20240731,020100,1.0812,1.0816,1.0811,1.0814,90,0\n',
    { timezone: 'Europe/Warsaw' },
    at(2024, 7, 31),
  ],
  [
    'a European spreadsheet',
    'Date;Open;High;Low;Close;Volume\n31.01.2024 00:00;1,0810;1,0815;1,0805;1,0812;120,0\n31.01.2024 00:01;1,0812;1,0816;1,0811;1,0814;90\n',
    { decimalComma: true },
    at(2024, 1, 31),
  ],
  [
    'the same without a header, with commas in quotes',
    '31/01/2024 0:00,"1,0810","1,0815","1,0805","1,0812",120\n31/01/2024 0:01,"1,0812","1,0816","1,0811","1,0814",90\n',
    { decimalComma: true, dates: 'day-first' },
    at(2024, 1, 31),
  ],
  [
    'an American spreadsheet',
    'Date,Time,Open,High,Low,Close,Volume\n1/31/2024,9:00 PM,1.0810,1.0815,1.0805,1.0812,120\n1/31/2024,9:01 PM,1.0812,1.0816,1.0811,1.0814,90\n',
    { dates: 'month-first', timezone: 'America/Chicago' },
    at(2024, 2, 1, 3),
  ],
];

it.each(SOURCES.map(([source, content, rules, first, kind]) => ({ source, content, rules, first, kind })))(
  'reads candles of $source',
  async ({ content, rules, first, kind }) => {
    const stored = await imported(content, rules);
    expect(stored).toEqual({
      time: [first, first + MINUTE],
      open: [1.081, 1.0812],
      close: [1.0812, 1.0814],
      volume: kind === 'none' ? [0, 0] : [120, 90],
      kind,
    });
  },
);

it.each([
  ['Yahoo', 'Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-31,1,3,0.5,2,2,5\n2024-02-01,2,3,0.5,2,2,5\n'],
  [
    'MetaTrader 5',
    '<DATE>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\n2024.01.31\t1\t3\t0.5\t2\t5\t0\n2024.02.01\t2\t3\t0.5\t2\t5\t0\n',
  ],
  ['Stooq', 'Date,Open,High,Low,Close,Volume\n20240131,1,3,0.5,2,5\n20240201,2,3,0.5,2,5\n'],
])('takes days without a clock as days of UTC: %s', async (_, content) => {
  const { time, volume } = await imported(content, { timeframe: '1d' }, 'prices.txt');
  expect([time, volume]).toEqual([
    [at(2024, 1, 31), at(2024, 2, 1)],
    [5, 5],
  ]);
});

const CANDLE = '1,3,0.5,2,5';
it.each([
  [`1/2/2024 00:00,${CANDLE}\n`, {}, '"1/2/2024 00:00" does not say whether the day or the month comes first'],
  [`13-02-2024 00:00,${CANDLE}\n`, {}, 'tidegate data import --dates day-first'],
  [`13/02/2024 00:00,${CANDLE}\n`, { dates: 'month-first' }, '"13/02/2024 00:00" in the column time is no time'],
  [`2024.01.31,00:00,${CANDLE}\n`, {}, '"2024.01.31" does not say by which clock'],
  [`20240131 170000;${CANDLE.replaceAll(',', ';')}\n`, {}, '"20240131 170000" does not say by which clock'],
  [`20240131170000,${CANDLE}\n`, {}, 'tidegate data import --timezone'],
  [`Local time,open,high,low,close,volume\n31.01.2024 00:00,${CANDLE}\n`, {}, 'does not say by which clock'],
  [`2024-02-30 00:00,${CANDLE}\n`, { timezone: 'UTC' }, 'is no time'],
  [`2024-01-31 00:00;1,5;3;0,5;2;5\n`, {}, '--decimal-comma'],
  [`2024-01-31 00:00;1.000,5;3;0,5;2;5\n`, { decimalComma: true }, '"1.000,5" in the column open is no number'],
  [`time,open,high,low,close\n1706659200,1,3,0.5,2\n`, {}, '--no-volume'],
  [`2024-03-10 02:30,${CANDLE}\n`, { timezone: 'America/New_York' }, 'is no time'],
  [`2024-03-10 00:30,${CANDLE}\n`, { timezone: 'America/New_Yorck' }, 'USAGE_TIMEZONE'],
  [`2024-03-10 00:30,${CANDLE}\n`, { timezone: '+25:00' }, 'USAGE_TIMEZONE'],
] satisfies readonly (readonly [string, Rules, string])[])('refuses %j with %j', async (content, rules, message) => {
  await expect(imported(content, rules)).rejects.toThrow(message);
});

it('refuses rows that stand in neither order, and an hour that a clock shows twice', async () => {
  const row = (time: string) => `${time},${CANDLE}\n`;
  const mixed = ['2024-01-31 00:02:00', '2024-01-31 00:01:00', '2024-01-31 00:03:00'].map(row).join('');
  await expect(imported(mixed)).rejects.toThrow('DATA_ORDER');
  const twice = ['2024-11-03 01:00', '2024-11-03 01:30', '2024-11-03 01:00', '2024-11-03 01:30'].map(row).join('');
  await expect(imported(twice, { timezone: 'America/New_York', timeframe: '30m' })).rejects.toThrow('DATA_ORDER');
});

it('turns a long file that stands newest first, over the ends of what is read at once', async () => {
  const rows = 110_000;
  const start = at(2024, 1, 1);
  const lines = Array.from(
    { length: rows },
    (_, i) => `${start + (rows - 1 - i) * MINUTE},1,300000,1,${rows - i},5.00000000`,
  );
  const { time, close } = await imported(`${lines.join('\n')}\n`);
  expect(time.length).toBe(rows);
  expect(time.every((t, i) => t === start + i * MINUTE && close[i] === i + 1)).toBe(true);
});

it('takes no rules for texts with a format that has numbers', async () => {
  const path = join(import.meta.dirname, 'fixtures/PLAIN_USDT-5m.feather');
  const catalogue = await openCatalogue(join(temporary, 'typed'), { cache: false });
  const run = importFiles(catalogue, [path], { exchange: 'x', timezone: 'UTC' });
  await expect(run.next()).rejects.toThrow('--timezone is for texts');
});
