import { PipelineStrategy } from 'tidegate';

/**
 * Features, regime, a model for each regime, confidence gate, volatility gate: all from the `pipeline` section of a configuration, without code.
 * `tidegate backtest --strategy PipelineStrategy --config pipeline.yaml`; the guide "Training models" shows one.
 */
export default PipelineStrategy;
