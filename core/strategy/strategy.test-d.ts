import { rsi } from '../indicators/momentum/rsi.ts';
import { bbands } from '../indicators/overlap/bbands.ts';
import { ema } from '../indicators/overlap/ema.ts';
import type { Bar } from './bar.ts';
import type { Market } from './market.ts';
import { bool, choice, int, oneOf, real } from './parameters.ts';
import { Strategy } from './strategy.ts';
import { crossedAbove, crossedBelow } from './view.ts';

/** The strategy of the design, which must compile as it is, and whose misspellings must not. */
export class EmaCross extends Strategy {
  override timeframe = '5m' as const;
  override canShort = true;
  override stoploss = -0.02;
  override minimalRoi = { 0: 0.03, 60: 0.01 };

  p = this.tune({ fast: int(5, 50, 12), slow: int(20, 200, 26), cap: real(55, 90, 70, { space: 'entry' }) });

  override features(m: Market) {
    return {
      fast: ema(m.candles.close, this.p.fast),
      slow: ema(m.candles.close, this.p.slow),
      rsi: rsi(m.candles.close, 14),
      trend: m.at('1h', (h) => ema(h.close, 50)),
    };
  }

  override onCandle({ f, position }: Bar<this>) {
    if (crossedAbove(f.fast, f.slow) && f.rsi.now < this.p.cap) this.enter.long({ tag: 'cross' });
    if (crossedBelow(f.fast, f.slow) && position?.side === 'long') this.exit.long({ tag: 'cross' });
    // @ts-expect-error a misspelt feature does not compile
    f.slwo?.now;
    // @ts-expect-error a misspelt parameter does not compile
    this.p.fats;
  }
}

/** Nested parameters and alternatives keep their types. */
export class Nested extends Strategy {
  p = this.tune({
    exit: { isOn: bool(true), rsi: int(50, 90, 70, { when: { isOn: true } }) },
    stop: oneOf({ atr: { factor: real(1, 5, 3) }, fixed: {} }),
    mean: choice(['sma', 'ema']),
  });

  level(): number {
    const { exit, stop, mean } = this.p;
    // @ts-expect-error only one of the choices
    if (mean === 'wma') return 0;
    // @ts-expect-error a parameter of one alternative alone
    stop.factor;
    return stop.kind === 'atr' ? stop.factor : exit.isOn ? exit.rsi : 0;
  }
}

/** Several series of a longer timeframe or another pair at once, features with several outputs among them. */
export class HigherTimeframe extends Strategy {
  override features(m: Market) {
    return {
      hour: m.at('1h', (h) => ({ fast: ema(h.close, 12), bands: bbands(h.close, 20) })),
      btc: m.pair('BTC/USDT', (b) => ({ rsi: rsi(b.close, 14) })),
      upper: m.at('4h', (h) => bbands(h.close, 20)),
      distance: m.candles.close.sub(m.at('1h', (h) => ({ mean: ema(h.close, 50) })).mean),
    };
  }

  override onCandle({ f }: Bar<this>) {
    if (f.hour.fast.now > f.hour.bands.upper.prev && f.btc.rsi.now > 50 && f.upper.middle.now > 0) this.enter.long();
    // @ts-expect-error a name that was not declared
    f.hour.slow;
    // @ts-expect-error a record is no series
    f.hour.now;
  }
}
