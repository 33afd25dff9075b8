import { expect, it } from 'vitest';
import { bbands } from '../indicators/overlap/bbands.ts';
import { ema } from '../indicators/overlap/ema.ts';
import { join } from '../indicators/series.ts';
import { declareMarket } from './market.ts';

it('brings one series, the outputs of a feature or a plain record of them over from another grid', () => {
  const m = declareMarket('BTC/USDT', '5m');
  const home = m.candles.close.grid;
  const one = m.at('1h', (h) => ema(h.close, 12));
  const several = m.at('1h', (h) => ({ fast: ema(h.close, 12), bands: bbands(h.close, 20) }));
  expect(one.grid).toEqual(home);
  expect(several.fast.key).toBe(one.key);
  expect(several.bands.upper.grid).toEqual(home);
  expect(several.bands.upper.key).toBe(m.at('1h', (h) => bbands(h.close, 20)).upper.key);
  const other = m.pair('ETH/USDT', (p) => ({ close: p.close }));
  expect(other.close.key).toBe(
    join(
      m.pair('ETH/USDT', (p) => p.close),
      home,
    ).key,
  );
});
