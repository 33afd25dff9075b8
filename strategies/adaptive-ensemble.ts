import { type PipelineInput, PipelineStrategy } from 'tidegate';

const label = { name: 'triple-barrier', horizon: 12, up: 2, down: 2 };
const schedule = { window: '180d', every: '14d', label, weights: { uniqueness: true } };

/**
 * Three kinds of trees on fifty features, weighted by how often each was right lately and less sure where they disagree; four regimes set what it
 * takes to enter and how much; stops and stakes follow the volatility that is expected. The ensemble of adaptive market making, with trees.
 */
export default class AdaptiveEnsemble extends PipelineStrategy {
  static override readonly settings: PipelineInput = {
    timeframe: '1h',
    canShort: true,
    stoploss: -0.1,
    models: {
      boosted: {
        ...schedule,
        features: 'dynamic50',
        model: { name: 'gradient-boosting', trees: 100, leaves: 15, learningRate: 0.05, minDataInLeaf: 40 },
      },
      forest: { ...schedule, features: 'dynamic50', model: { name: 'random-forest', trees: 60, minDataInLeaf: 30 } },
      extra: { ...schedule, features: 'dynamic50', model: { name: 'extra-trees', trees: 60, minDataInLeaf: 30 } },
    },
    ensembles: { all: { members: ['boosted', 'forest', 'extra'], weighting: 'accuracy', halfLife: 300 } },
    regime: { regime: 'adaptive', window: '60d', every: '30d', hysteresis: { rows: 3 } },
    volatility: { volatility: { name: 'ewma', of: 'ranges' }, horizon: 12, window: '30d', every: '7d' },
    predict: 'all',
    direction: 0.08,
    confidence: 0.6,
    confidenceSizes: true,
    stop: 3,
    hold: 24,
    gate: { above: 0.95, size: 0.5, stop: 1.5 },
    byRegime: {
      ranging: { size: 0.5, direction: 0.12 },
      volatile: { size: 0.25, confidence: 0.8 },
      'trending-volatile': { size: 0.5, confidence: 0.7 },
    },
  };
}
