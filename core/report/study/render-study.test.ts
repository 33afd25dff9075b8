import { expect, it } from 'vitest';
import { renderStudy } from './render-study.ts';
import type { StudyPageData } from './study-data.ts';

const EVIL = '</script><img src=x onerror=alert(1)>';
const page: StudyPageData = {
  title: EVIL,
  lead: EVIL,
  isSynthetic: true,
  chips: [EVIL],
  hash: 'abc',
  study: EVIL,
  objectives: [{ name: EVIL, isMaximised: true }],
  axes: [{ name: EVIL, group: 'entry', categories: [EVIL], ticks: [EVIL] }],
  trials: [
    {
      number: 0,
      state: 'complete',
      isFeasible: true,
      values: [1.5],
      at: [0.5],
      params: EVIL,
      profit: 0.1,
      drawdown: 0.02,
      trades: 7,
    },
    {
      number: 1,
      state: 'failed',
      isFeasible: true,
      values: [],
      at: [null],
      params: '',
      profit: null,
      drawdown: null,
      trades: null,
    },
  ],
  samples: [{ name: EVIL, period: 'tuned on', values: [1.5], profit: 0.1, drawdown: 0.02, sharpe: 1.5, trades: 7 }],
  front: [0],
  best: 0,
  importance: [{ name: EVIL, share: 1 }],
  numbers: [{ name: EVIL, value: '1', under: EVIL }],
  words: EVIL,
  notes: [EVIL],
};

it('escapes every text, labels a synthetic market, lists trials best first, and is the same for the same data', () => {
  const text = renderStudy(page);
  expect(text).not.toContain('<img');
  expect(text.match(/<\/script>/g)).toHaveLength(2);
  expect(text).toContain('Synthetic market');
  expect(text.indexOf('>#0<')).toBeLessThan(text.indexOf('>#1<'));
  expect(renderStudy(page)).toBe(text);
});

it('shows drawdowns below zero, as every other page does', () => {
  const html = renderStudy(page);
  expect(html).toContain('-2.00 %');
  expect(html).not.toMatch(/>2\.00 %/);
});
