import { expect, it } from 'vitest';
import { renderTickPage } from './render-tick-page.ts';
import type { TickPageData } from './tick-page-data.ts';

const DATA: TickPageData = {
  title: 'Maker',
  pair: 'BTC/USDT:USDT',
  dataKind: 'synthetic',
  currency: 'USDT',
  base: 'BTC',
  from: 0,
  to: 4000,
  tick: 0.1,
  numbers: [],
  notes: [],
  hash: 'h',
  time: [0, 1000, 2000, 3000],
  bids: [[], [], [], []],
  asks: [[], [], [], []],
  own: [[], [], [], []],
  lines: { 'ahead of bids': [null, 0, null, 4], 'ahead of asks': [null, null, null, null] },
  features: {},
  fills: [],
  markouts: [],
  gates: [],
  decisions: [],
};

it('says how often quotes rested, and how often nobody stood before them', () => {
  const text = renderTickPage(DATA);
  expect(text).toContain('Bids rested 50 % of the time, first in line 50 % of that. No asks rested.');
});

it('says when no one ever traded at its prices', () => {
  const synthetic = renderTickPage(DATA);
  expect(synthetic).toContain('Synthetic market');
  expect(synthetic).toContain(' UTC, on trades and books');
  const real = renderTickPage({ ...DATA, dataKind: 'real' });
  expect(real).not.toContain('Synthetic market');
  expect(real).toContain(' UTC, on recorded trades and books');
});
