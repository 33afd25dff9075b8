import { type Bar, bbands, ema, int, type Market, type PositionContext, real, rsi, Strategy } from 'tidegate';

/**
 * Buys what fell out of its Bollinger band while the hourly trend is not down, adds twice on the way further down, and sells at the
 * middle of the band. Spot, long only.
 */
export default class BandReversion extends Strategy {
  override timeframe = '5m';
  override stoploss = -0.12;
  override minimalRoi = { 0: 0.04, 720: 0.015 };
  override maxEntryPositionAdjustment = 2;

  p = this.tune({
    oversold: int(15, 40, 30, { space: 'entry' }),
    width: real(1.5, 3, 2.2, { space: 'entry' }),
    addAt: real(0.01, 0.06, 0.025, { space: 'custom' }),
    hotEnough: int(45, 80, 58, { space: 'exit' }),
  });

  override features(m: Market) {
    return {
      close: m.candles.close,
      bands: bbands(m.candles.close, { period: 40, up: this.p.width, down: this.p.width }),
      rsi: rsi(m.candles.close, 14),
      hourFast: m.at('1h', (h) => ema(h.close, 12)),
      hourSlow: m.at('1h', (h) => ema(h.close, 48)),
    };
  }

  override onCandle({ f }: Bar<this>) {
    const isFalling = f.hourFast.now < f.hourSlow.now * 0.985;
    if (f.close.now < f.bands.lower.now && f.rsi.now < this.p.oversold && !isFalling)
      this.enter.long({ tag: 'below_band' });
    if (f.close.now > f.bands.middle.now && f.rsi.now > this.p.hotEnough) this.exit.long({ tag: 'back_to_middle' });
  }

  /** Each addition has the size of what is held per entry, and asks for a deeper fall than the last. */
  override adjustPosition({ position, profit }: PositionContext) {
    if (profit > -this.p.addAt * position.entries) return null;
    return { stake: position.stake / position.entries, tag: `add_${position.entries}` };
  }
}
