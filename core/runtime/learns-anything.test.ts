import { expect, it } from 'vitest';
import { ema } from '../indicators/overlap/ema.ts';
import type { Series } from '../indicators/series.ts';
import type { Market } from '../strategy/market.ts';
import { Strategy } from '../strategy/strategy.ts';
import { learnsAnything } from './learns-anything.ts';

class Plain extends Strategy {
  override features(m: Market) {
    return { fast: ema(m.candles.close, 12) };
  }
}

class Blocks extends Plain {
  block = this.train({
    outlook: { model: 'gradient-boosting', label: 'direction', features: 'technical', window: '30d', every: '7d' },
  });
}

class Stored extends Strategy {
  override features(m: Market): Record<string, Series> {
    return m.symbol === 'ETH/USDT' ? { up: m.model('eth@1').direction } : {};
  }
}

class Failing extends Strategy {
  override features(): Record<string, never> {
    throw new Error('no such thing');
  }
}

it('a strategy learns by its train blocks, or by what its features ask for', () => {
  expect(learnsAnything(new Plain(), 'BTC/USDT')).toBe(false);
  expect(learnsAnything(new Blocks(), 'BTC/USDT')).toBe(true);
  expect(learnsAnything(new Stored(), 'ETH/USDT')).toBe(true);
});

it('does not, where features ask for nothing or fail', () => {
  expect(learnsAnything(new Stored(), 'BTC/USDT')).toBe(false);
  expect(learnsAnything(new Failing(), 'BTC/USDT')).toBe(false);
});
