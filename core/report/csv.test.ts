import { expect, it } from 'vitest';
import { sampleRun } from '../../tests/fixtures/report/sample-run.ts';
import { tradesCsv, tradesCsvParts } from './csv.ts';

const [trade] = sampleRun({ candles: 500 }).trades;

it('writes one line per trade under a header, numbers in full', () => {
  const lines = tradesCsv([trade!, trade!]).trimEnd().split('\r\n');
  expect(lines).toHaveLength(3);
  const header = lines[0]!.split(',');
  const row = lines[1]!.split(',');
  expect(row).toHaveLength(header.length);
  expect(Number(row[header.indexOf('profit_abs')])).toBe(trade!.profitAbs);
  expect(Date.parse(row[header.indexOf('close_time')]!)).toBe(trade!.closeTime);
  expect(row[header.indexOf('liquidation_price')]).toBe('');
});

it('quotes what needs it and disarms formulas', () => {
  const csv = tradesCsv([{ ...trade!, entryTag: '=HYPERLINK("x")', exitReason: 'a "b", c' }]);
  expect(csv).toContain(`"'=HYPERLINK(""x"")"`);
  expect(csv).toContain('"a ""b"", c"');
});

it('puts every value under its name', () => {
  const [header, row] = tradesCsv([trade!]).split('\r\n');
  const fields = row!.split(',');
  for (const [k, name] of header!.split(',').entries()) {
    const key = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) as keyof typeof trade & string;
    const value: unknown = trade![key];
    const isTime = name.endsWith('_time');
    expect([name, fields[k]]).toEqual([
      name,
      isTime ? new Date(value as number).toISOString() : Array.isArray(value) ? `${value.length}` : `${value ?? ''}`,
    ]);
  }
});

it('is written in parts, which together are the whole', () => {
  const trades = Array.from({ length: 1500 }, (_, id) => ({ ...trade!, id }));
  const parts = [...tradesCsvParts(trades)];
  expect(parts.length).toBeGreaterThan(1);
  const lines = parts.join('').trimEnd().split('\r\n');
  expect(lines.slice(1).map((line) => Number(line.split(',')[0]))).toEqual(trades.map(({ id }) => id));
});

it('writes times as toISOString does, before 1970 and after 9999 as well', () => {
  const times = [0, -1, 59_999, 86_399_999, 86_400_000, 1.7e12 + 0.7, -86_400_001, Date.UTC(12_024, 1, 29), 3];
  for (const [k, line] of tradesCsv(times.map((openTime) => ({ ...trade!, openTime })))
    .trimEnd()
    .split('\r\n')
    .slice(1)
    .entries())
    expect(line).toContain(`,${new Date(times[k]!).toISOString()},`);
});
