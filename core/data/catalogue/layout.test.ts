import { expect, it } from 'vitest';
import { pairToFileName } from '../../domain/instrument.ts';
import { pairFromFileName, timeframeFileName, timeframeFromFolder } from './layout.ts';

it.each([
  ['BTC/USDT', 'BTC_USDT'],
  ['BTC/USDT:USDT', 'BTC_USDT_USDT'],
  ['BTC/USDT:USDT-240329', 'BTC_USDT_USDT-240329'],
  ['A_B/USDT', 'A%5FB_USDT'],
  ['币/USDT', '%E5%B8%81_USDT'],
  ['100%/USDT', '100%25_USDT'],
])('names the pair %s as the file %s and back', (pair, name) => {
  expect(pairToFileName(pair)).toBe(name);
  expect(pairFromFileName(name)).toBe(pair);
});

it("takes other people's names as they are", () => {
  expect(pairFromFileName('100%_USDT')).toBe('100%/USDT');
});

it('names months so that no minutes are meant', () => {
  expect(['1m', '1M'].map(timeframeFileName)).toEqual(['1m', '1mo']);
  expect(['1m', '1mo', '1Mo'].map(timeframeFromFolder)).toEqual(['1m', '1M', '1M']);
});
