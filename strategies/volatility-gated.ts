import { type PipelineInput, PipelineStrategy } from 'tidegate';

/**
 * The volatility-gated bot: a hidden Markov model names trend, chop or high stress; in a trend boosted trees say whether it goes on, in chop a
 * grid trades around the mean, under stress it stays flat. While much is expected to move, nothing is entered and stops are wider.
 */
export default class VolatilityGated extends PipelineStrategy {
  static override readonly settings: PipelineInput = {
    timeframe: '1h',
    canShort: true,
    stoploss: -0.1,
    models: {
      momentum: {
        features: ['momentum', 'trend'],
        label: { name: 'direction', horizon: 12, threshold: 0.002 },
        model: { name: 'gradient-boosting', trees: 100, leaves: 7, learningRate: 0.03, minDataInLeaf: 60 },
        weights: { uniqueness: true },
        window: '180d',
        every: '14d',
      },
    },
    regime: { regime: 'hmm', window: '180d', every: '30d', hysteresis: { rows: 3, confidence: 0.6 } },
    volatility: { volatility: 'garch', horizon: 12, window: '60d', every: '7d' },
    predict: { trend: 'momentum', chop: 'grid', 'high-stress': 'flat' },
    direction: 0.1,
    stop: 3,
    gate: { above: 0.9, window: 720, size: 0, stop: 2 },
    grid: { period: 48, step: 1.2, levels: 3 },
    byRegime: { chop: { stop: 4, size: 0.75 } },
  };
}
