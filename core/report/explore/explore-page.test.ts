import { expect, it } from 'vitest';
import { testCandles } from '../../testing/candle-fakes.ts';
import { explorePage } from './explore-page.ts';

const candles = testCandles(900);
const features = {
  momentum: candles.close.map((c, i) => (i < 5 ? Number.NaN : c / candles.close[i - 5]! - 1)),
  mirror: candles.close.map((c, i) => (i < 5 ? Number.NaN : 1 - c / candles.close[i - 5]!)),
  '<b>odd</b>': candles.volume,
};
const page = (pair: string) =>
  explorePage([{ pair, timeframe: '5m', candleMs: 300_000, candles, gaps: [3, 1], features }], {
    exchange: 'x',
    dataKind: 'synthetic',
    set: 'mine',
  });

it('is one page that asks for nothing, escapes names, and says what is synthetic', () => {
  const text = page('A/<script>');
  expect(text).not.toMatch(/(src|href)="(?!#|https:\/\/www\.(tradingview|apache))/);
  expect(text).toContain('Exploring A/&lt;script&gt;');
  expect(text).toContain('&lt;b&gt;odd&lt;/b&gt;');
  expect(text).toContain('Synthetic market');
  expect(text).toBe(page('A/<script>'));
});

it('shows the parts asked of it', () => {
  const text = page('A/B');
  for (const part of [
    'Candles and volume',
    'Change of price per candle',
    'Change of price against change of volume',
    'Features together',
    'Features over time',
    'Missing values',
  ])
    expect(text).toContain(`<h2>${part}</h2>`);
  expect(text).toContain('momentum and mirror: -1.00');
  expect(text).toContain('0.56 %');
  expect(text).toContain('4 missing in 2 gaps');
});
