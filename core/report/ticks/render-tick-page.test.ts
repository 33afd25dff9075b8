import { expect, it } from 'vitest';
import { renderTickPage } from './render-tick-page.ts';
import type { TickPageData } from './tick-page-data.ts';

const DATA: TickPageData = {
  title: 'Maker',
  pair: 'BTC/USDT:USDT',
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
