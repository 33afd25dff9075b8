import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sampleRun } from '../../tests/fixtures/report/sample-run.ts';
import { canonicalJson } from '../foundation/canonical-json.ts';
import { resultHash } from './result-of.ts';

it('hashes the canonical JSON of the trades and the bytes of the curve', () => {
  const { trades, equity } = sampleRun({ candles: 3000 });
  const odd = { ...trades[0]!, profitRatio: Number.NaN, fees: -0, entryTag: 'a "b"', orders: [] };
  for (const list of [[], [odd], [...trades, odd]]) {
    const plain = createHash('sha256').update(canonicalJson(list));
    for (const column of [equity.time, equity.equity]) plain.update(new Uint8Array(column.buffer));
    expect(resultHash(list, equity)).toBe(plain.digest('hex'));
  }
});
