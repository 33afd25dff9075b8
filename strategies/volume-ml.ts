import { type Bar, type Market, real, Strategy } from 'tidegate';

/**
 * Predicts the direction of the next candles from volume and how price goes with it: boosted trees on the feature set `volume`, trained anew every
 * two weeks on the half year before. Longs, and shorts where they may be held. Made for BTC/USDT; on EUR/USD the volume is a count of ticks.
 */
export default class VolumeMl extends Strategy {
  override timeframe = '1h';
  override canShort = true;
  override stoploss = -0.04;
  override minimalRoi = { 0: 0.06 };

  p = this.tune({
    direction: real(0, 1, 0.1, { space: 'entry' }),
    confidence: real(0, 1, 0.1, { space: 'entry' }),
    leave: real(0, 1, 0, { space: 'exit' }),
  });

  learned = this.train({
    volume: {
      features: 'volume',
      label: { name: 'direction', horizon: 12, threshold: 0.001 },
      model: { name: 'gradient-boosting', trees: 120, leaves: 7, learningRate: 0.03, minDataInLeaf: 60 },
      weights: { uniqueness: true },
      window: '180d',
      every: '14d',
    },
  });

  override features(m: Market) {
    return { says: m.model(this.learned.volume) };
  }

  override onCandle({ f, position }: Bar<this>) {
    const direction = f.says.direction.now;
    if (position && -position.sign * direction > this.p.leave) this.exit[position.side]({ tag: 'turned' });
    if (!(f.says.confidence.now >= this.p.confidence)) return;
    if (direction > this.p.direction) this.enter.long({ tag: 'volume' });
    if (direction < -this.p.direction) this.enter.short({ tag: 'volume' });
  }
}
