import { atr, type Bar, type CallbackContext, donchian, int, type Market, real, Strategy } from 'tidegate';

/**
 * Follows breakouts of the hourly Donchian channel, both ways, while the range is wide enough to pay for its costs. A stop trails behind
 * the best price once the trade has earned its distance. Perpetuals, leverage 2.
 */
export default class ChannelBreakout extends Strategy {
  override timeframe = '5m';
  override canShort = true;
  override stoploss = -0.05;
  override minimalRoi = { 0: 0.2 };
  override trailingStop = true;
  override trailingStopPositive = 0.025;
  override trailingStopPositiveOffset = 0.04;
  override trailingOnlyOffsetIsReached = true;

  p = this.tune({
    hours: int(8, 72, 24, { space: 'entry' }),
    minRange: real(0.001, 0.01, 0.004, { space: 'entry' }),
  });

  override features(m: Market) {
    return {
      close: m.candles.close,
      // As of the last closed hour: the candle that breaks out is not part of the channel that it breaks.
      channel: m.at('1h', (h) => donchian(h, this.p.hours)),
      range: m.at('1h', (h) => atr(h, 14)),
    };
  }

  override onCandle({ f }: Bar<this>) {
    const { upper, middle, lower } = f.channel;
    const price = f.close.now;
    const isWide = f.range.now > this.p.minRange * price;
    if (isWide && price > upper.now && f.close.prev <= upper.prev) this.enter.long({ tag: 'up' });
    if (isWide && price < lower.now && f.close.prev >= lower.prev) this.enter.short({ tag: 'down' });
    if (price < middle.now) this.exit.long({ tag: 'middle' });
    if (price > middle.now) this.exit.short({ tag: 'middle' });
  }

  override leverage({ maxLeverage }: CallbackContext & { readonly maxLeverage: number }) {
    return Math.min(2, maxLeverage);
  }
}
