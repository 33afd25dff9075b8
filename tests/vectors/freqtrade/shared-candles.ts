import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type CandleTable, candleTable, type EventTable } from '../../../core/domain/candles.ts';

/** Candles of a gzipped CSV file: a header line, then opening time, open, high, low, close, volume. */
export function readCandles(path: string): CandleTable {
  const rows = readRows(path);
  const table = candleTable(rows.length);
  rows.forEach(([time, open, high, low, close, volume], i) => {
    table.time[i] = time!;
    table.open[i] = open!;
    table.high[i] = high!;
    table.low[i] = low!;
    table.close[i] = close!;
    table.volume[i] = volume!;
  });
  return table;
}

/** Funding rates of a gzipped CSV file: a header line, then time, rate. */
export function readFunding(path: string): EventTable {
  const rows = readRows(path);
  return {
    length: rows.length,
    time: Float64Array.from(rows, (row) => row[0]!),
    values: { rate: Float64Array.from(rows, (row) => row[1]!) },
  };
}

function readRows(path: string): number[][] {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n');
  return lines.slice(1).map((line) => line.split(',').map(Number));
}
