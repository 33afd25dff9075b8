import { expect, it } from 'vitest';
import { sampleRun } from '../../tests/fixtures/report/sample-run.ts';
import { tradesCsv } from './csv.ts';

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
