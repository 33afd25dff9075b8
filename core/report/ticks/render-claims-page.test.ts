import { expect, it } from 'vitest';
import { claimRows } from './claim-rows.ts';
import { type ClaimsData, rSquaredBounds } from './claims-data.ts';
import { renderClaimsPage } from './render-claims-page.ts';

const row = { seconds: 1, n: 103, best: 0.36, five: 0.25, bestNext: 0, fiveNext: Number.NaN };
const data: ClaimsData = {
  pair: 'A<b>/USDT',
  from: Date.UTC(2024, 7, 8, 23, 54),
  to: Date.UTC(2024, 7, 8, 23, 59),
  rows: 10,
  trades: 4,
  flow: [row, { ...row, seconds: 5, n: 3, best: 0.5 }],
  classifier: { trades: 4, byQuote: 4, rightQuote: 3, rightLeeReady: 3, rightTick: 2 },
  imbalance: [{ seconds: 1, up: 3, down: 1, meanBps: 0.5 }],
  parkinson: { windows: 10, bars: 20, steps: 200, efficiency: 4.5, found: 0.9 },
};

it('bounds a share by Fisher: r = 0.6 from 103 pairs lies between 0.460 and 0.711', () => {
  const [low, high] = rSquaredBounds(0.36, 103);
  expect([Math.sqrt(low), Math.sqrt(high)].map((r) => Number(r.toFixed(3)))).toEqual([0.46, 0.711]);
  expect(rSquaredBounds(0, 103)[0]).toBe(0);
  expect(rSquaredBounds(0.5, 3)).toEqual([Number.NaN, Number.NaN]);
});

it('puts what was found beside each claim', () => {
  const found = claimRows(data).map((claim) => claim.found);
  expect(found[0]).toBe(
    'R² at the best price: 36.0 % over 1 s (21 to 51 %, n = 103), 50.0 % over 5 s (n = 3); most at 5 s',
  );
  expect(found[3]).toBe('it decides 100.0 % of 4 trades, and is right in 75.0 % of them (aggressor flags as truth)');
  expect(found[4]).toBe('right in 75.0 % against 50.0 % of the tick rule: 25.0 points');
  expect(found[5]).toBe('75 % of moves up within 1 s (4 moves that overlap, mean 0.50 bps)');
  const none = claimRows({ ...data, classifier: null, flow: [{ ...row, best: Number.NaN }] }).map(
    (claim) => claim.found,
  );
  expect([none[0], none[3]]).toEqual(['there is no book, or it never moved', 'no trade tells who took']);
});

it('escapes names, and asks for nothing from elsewhere', () => {
  const markup = renderClaimsPage(data, 'real');
  expect(markup).not.toContain('A<b>');
  expect(markup).not.toMatch(/src="http|href="http/);
  expect(markup).toContain('36.0 %');
});
