import { type Bar, crossedAbove, crossedBelow, ema, int, type Market, rsi, Strategy } from 'tidegate';

/** What __NAME__ is about, in a sentence: when it enters, when it leaves, and why that should pay. */
export default class __NAME__ extends Strategy {
  override timeframe = '1h';
  /** Loss of the stake at which a position is given up, and profits at which it is taken: minutes held -> ratio. */
  override stoploss = -0.05;
  override minimalRoi = { 0: 0.1, 1440: 0.03 };

  /** Searchable parameters: low, high, default. `tidegate backtest --param fast=9` sets one. */
  p = this.tune({ fast: int(5, 30, 12), slow: int(20, 100, 26) });

  /** Declared once per pair, computed causally; `tidegate list features` shows what there is. */
  override features(m: Market) {
    return {
      fast: ema(m.candles.close, this.p.fast),
      slow: ema(m.candles.close, this.p.slow),
      rsi: rsi(m.candles.close, 14),
      trend: m.at('4h', (h) => ema(h.close, 50)),
    };
  }

  /** At the close of each candle. Orders reach the market at the next open. */
  override onCandle({ f, candle }: Bar<this>) {
    if (crossedAbove(f.fast, f.slow) && f.rsi.now < 70 && candle.close > f.trend.now) this.enter.long({ tag: 'cross' });
    if (crossedBelow(f.fast, f.slow)) this.exit.long({ tag: 'cross_back' });
  }
}
