import { expect, it } from 'vitest';
import { Instrument } from '../../domain/tradable.ts';
import { defaultAtPrices, defaultSpec } from './default-spec.ts';

const at = (...closes: number[]) => defaultAtPrices(defaultSpec('binance', 'A/USDT'), Float64Array.from(closes));

it('a default keeps its grid at prices of a ten-thousandth and more', () => {
  expect(at(61_234.5, 0.0001)).toEqual(defaultSpec('binance', 'A/USDT'));
  expect(at()).toEqual(defaultSpec('binance', 'A/USDT'));
  const krone = defaultSpec('', 'JPY/USD');
  expect(defaultAtPrices(krone, Float64Array.of(1e-5))).toBe(krone);
});

it('its tick is the step that small prices show, and never coarser than before', () => {
  expect(at(0.00001234, 0.0000125).priceTick).toBe(1e-8);
  expect(at(0.00002, 0.00003).priceTick).toBe(1e-8);
  expect(at(4.213e-8, 4.2e-8).priceTick).toBe(1e-11);
  expect(at(5e-10, 5.031e-10).priceTick).toBe(1e-13);
  // Computed, not quoted.
  expect(at(5e-10 / 3).priceTick).toBe(1e-18);
});

it('no price is zero ticks, and a hundred million of the quote are lots that doubles count one by one', () => {
  for (const price of [9e-5, 1.2345e-5, 4.213e-8, 5e-10, 1e-13]) {
    const instrument = new Instrument(at(price));
    expect(instrument.price(instrument.ticksDown(price)) / price).toBeCloseTo(1, 9);
    expect(instrument.lots(5e7 / price)).toBeLessThan(Number.MAX_SAFE_INTEGER);
    expect(instrument.lots(5 / price)).toBeGreaterThan(1e6);
    expect(instrument.minLots).toBe(1);
  }
});
