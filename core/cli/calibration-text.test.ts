import { expect, it } from 'vitest';
import { calibrationText } from './calibration-text.ts';

const gap = {
  side: 'buy',
  price: 50_000.5,
  amount: 0.002,
  livedAt: 1e9,
  simulatedAt: 1.0125e9,
  gapNs: 12.5e6,
} as const;
const fit = {
  queue: 'powerProb3(3)',
  agreeing: 2,
  onlyLive: 1,
  onlySimulated: 0,
  medianGapNs: 12.5e6,
  meanGapNs: 12.5e6,
  gaps: [
    { ...gap, id: '500000012', verdict: 'both' },
    { ...gap, id: 'mine', verdict: 'onlyLive', simulatedAt: Number.NaN, gapNs: Number.NaN },
    { ...gap, id: '500000014', verdict: 'neither', livedAt: Number.NaN, simulatedAt: Number.NaN, gapNs: Number.NaN },
  ],
} as const;

it('names each order that was filled, and only counts those that were not', () => {
  const text = calibrationText({
    orders: 3,
    filled: 2,
    originMs: Date.UTC(2024, 7, 8, 23, 54),
    latency: { entry: [1e6, 2e6, 4e6], response: [1e6, 1e6, 1e6] },
    fits: [fit, { ...fit, queue: 'logProb' }, { ...fit, queue: 'riskAverse', meanGapNs: 13e6 }],
  });
  const rows = text.split('\n').map((line) => line.trim().replaceAll(/\s+/g, ' '));
  expect(rows).toContain(
    'to the exchange 1.0, 2.0, 4.0, 4.0 ms, back 1.0, 1.0, 1.0, 1.0 ms (least, median, 95 %, most)',
  );
  expect(rows).toContain('500000012 buy 50000.5 0.002 08-08 23:54:01.000 08-08 23:54:01.012 12.5');
  expect(rows).toContain('mine buy 50000.5 0.002 08-08 23:54:01.000 – – filled live only');
  expect(rows).toContain('1 order was filled in neither: --json lists it, too');
  expect(rows).toContain('2 models fit alike: powerProb3(3) is but the first of them.');
  expect(text).not.toContain('500000014');
});
