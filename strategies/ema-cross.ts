import { type Bar, crossedAbove, crossedBelow, ema, int, type Market, real, rsi, Strategy } from 'tidegate';

/** Follows crossings of two moving averages, both ways where shorting is possible, unless the market is already stretched. */
export default class EmaCross extends Strategy {
  override timeframe = '5m';
  override canShort = true;
  override stoploss = -0.02;
  override minimalRoi = { 0: 0.03 };

  p = this.tune({
    fast: int(5, 50, 12, { space: 'entry' }),
    slow: int(20, 200, 26, { space: 'entry' }),
    cap: real(55, 90, 70, { space: 'entry' }),
    floor: real(10, 45, 30, { space: 'entry' }),
  });

  override features(m: Market) {
    return {
      fast: ema(m.candles.close, this.p.fast),
      slow: ema(m.candles.close, this.p.slow),
      rsi: rsi(m.candles.close, 14),
    };
  }

  override onCandle({ f }: Bar<this>) {
    if (crossedAbove(f.fast, f.slow)) {
      this.exit.short({ tag: 'cross_up' });
      if (f.rsi.now < this.p.cap) this.enter.long({ tag: 'cross_up' });
    } else if (crossedBelow(f.fast, f.slow)) {
      this.exit.long({ tag: 'cross_down' });
      if (f.rsi.now > this.p.floor) this.enter.short({ tag: 'cross_down' });
    }
  }
}
