import { expect, it } from 'vitest';
import type { ClosedTrade } from '../../domain/trade.ts';
import { learned } from './learned.ts';

const trade = (openTime: number, profitAbs: number) => ({ pair: 'A/B', openTime, profitAbs }) as ClosedTrade;
const ribbon = {
  block: 'regime',
  pair: 'A/B',
  states: ['trend', '<chop>'],
  time: Float64Array.of(0, 10, 20, 30, 40),
  state: Float64Array.of(Number.NaN, 0, 0, 1, 1),
};

it('draws a bar for each stretch of a state, and counts trades by the state of the last closed candle', () => {
  const { markup } = learned({ blocks: [], ribbons: [ribbon], features: [] }, [
    trade(20, 5),
    trade(31, -2),
    trade(35, 1),
  ]);
  expect(markup.match(/<rect [^>]*>/g)).toEqual([
    '<rect x="1" y="0" width="2" height="24" fill="#2457d6"/>',
    '<rect x="3" y="0" width="2" height="24" fill="#c99a1b"/>',
  ]);
  expect(markup).toContain('&lt;chop&gt;');
  const cells = [...markup.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, text]) => text!.replace(/<[^>]*>/g, ''));
  expect(cells).toEqual([
    '■ trend',
    '40.0 %',
    '1',
    '100.0 %',
    '+5.00',
    '■ &lt;chop&gt;',
    '40.0 %',
    '2',
    '50.0 %',
    '-1.00',
  ]);
});

it('shows blocks with their hits by confidence', () => {
  const block = {
    block: 'brain',
    pair: 'A/B',
    trainings: 12,
    failed: 1,
    afterDrift: 2,
    moved: 1000,
    hitRate: 0.53,
    upShare: 0.5,
    auc: 0.54,
    byConfidence: [
      { share: 1, rows: 1000, hitRate: 0.53 },
      { share: 0.1, rows: 100, hitRate: 0.6 },
    ],
  };
  const { markup } = learned({ blocks: [block], ribbons: [], features: [] }, []);
  for (const text of ['Hits, surest 10 %', '0.540', '60.0 %', 'brain', '1,000']) expect(markup).toContain(text);
  expect(learned({ blocks: [], ribbons: [], features: [] }, []).markup).toBe('');
});

it('says so where the trades of a regime are those of several strategies', () => {
  const of = (...names: string[]) =>
    learned(
      { blocks: [], ribbons: [ribbon], features: [] },
      names.map((strategy) => ({ ...trade(20, 5), strategy })),
    ).markup;
  expect(of('A', 'B')).toContain('Trades count where they were opened, those of all 2 strategies.');
  expect(of('A', 'A')).toContain('Trades count where they were opened.');
});
