import { rankNormalise } from '../../indicators/normalise/normalise.ts';
import { zscore } from '../../indicators/rolling/distribution.ts';
import type { Series, SeriesView } from '../../indicators/series.ts';
import { ensemble } from '../ensemble-series.ts';
import { heldState } from '../held-state.ts';
import type { Market } from '../market.ts';
import type {
  LearnedRef,
  ModelBlock,
  ModelRef,
  RegimeBlock,
  RegimeRef,
  TrainBlock,
  VolatilityBlock,
  VolatilityRef,
} from '../train-block.ts';
import type { PipelineSettings } from './pipeline-settings.ts';

/** What a predictor says. */
interface SaidView {
  readonly direction: SeriesView;
  readonly confidence: SeriesView;
}

/** What a pipeline sees at a candle. Predictors are there under their names. */
export interface PipelineView {
  readonly said: Readonly<Record<string, SaidView>>;
  /** Held state; absent without a regime. */
  readonly regime?: { readonly state: SeriesView; readonly confidence: SeriesView };
  /** Expected deviation over the block's horizon, and its rank from -1 to 1; absent without a volatility. */
  readonly volatility?: SeriesView;
  readonly rank?: SeriesView;
  /** Standard score of the close, where a grid trades. */
  readonly grid?: SeriesView;
}

/** References of a pipeline's train blocks, by name. */
export type PipelineRefs = Readonly<Record<string, LearnedRef>>;

/** Names of what predicts: models, ensembles, `grid`, `flat`. */
export function predictors({ predict }: PipelineSettings): readonly string[] {
  return [...new Set(typeof predict === 'string' ? [predict] : Object.values(predict))];
}

/** Members of an ensemble, but for the one that is left out. */
function membersOf({ ensembles }: PipelineSettings, name: string): readonly string[] {
  const { members, without } = ensembles[name]!;
  return members.filter((member) => member !== without);
}

/** The train blocks of a pipeline by name: its models, the models that stack, `regime` and `volatility`. */
export function pipelineBlocks(settings: PipelineSettings, refs: () => PipelineRefs): Record<string, TrainBlock> {
  const { models, ensembles, regime, volatility } = settings;
  const blocks: Record<string, TrainBlock> = { ...(models as Record<string, ModelBlock>) };
  for (const [name, { weighting, block }] of Object.entries(ensembles)) {
    if (weighting !== 'stacking') continue;
    const [first] = membersOf(settings, name);
    blocks[name] = {
      label: (models[first!] as ModelBlock).label ?? 'direction',
      model: 'logistic-regression',
      ...(block as ModelBlock),
      // What members said of rows that they had not seen: out of fold by the way they are trained.
      features: (m) =>
        Object.fromEntries(
          membersOf(settings, name).map((member) => [member, m.model(refs()[member] as ModelRef).direction]),
        ),
    };
  }
  if (regime) {
    const { hysteresis: _, ...block } = regime;
    blocks.regime = block as unknown as RegimeBlock;
  }
  if (volatility) blocks.volatility = volatility as unknown as VolatilityBlock;
  return blocks;
}

/** Declares what a pipeline computes for a pair: shaped like `PipelineView`. */
export function pipelineFeatures(
  m: Market,
  settings: PipelineSettings,
  refs: PipelineRefs,
): Readonly<Record<string, unknown>> {
  const { regime, volatility, gate, grid } = settings;
  const said: Record<string, unknown> = {};
  for (const name of predictors(settings))
    if (name in settings.models) said[name] = m.model(refs[name] as ModelRef);
    else if (name in settings.ensembles) said[name] = together(m, settings, name, refs);
  const held = regime && m.regime(refs.regime as RegimeRef);
  const { rows, confidence } = {
    rows: 1,
    confidence: 0,
    ...(regime?.hysteresis as { readonly rows?: number; readonly confidence?: number } | undefined),
  };
  const deviation = volatility && m.volatility(refs.volatility as VolatilityRef);
  return {
    said,
    ...(held && {
      regime: { state: heldState(held.state, held.confidence, rows, confidence), confidence: held.confidence },
    }),
    ...(deviation && { volatility: deviation }),
    ...(deviation && gate && { rank: rankNormalise(deviation, gate.window) }),
    ...(predictors(settings).includes('grid') && { grid: zscore(m.candles.close, grid.period) }),
  };
}

function together(
  m: Market,
  settings: PipelineSettings,
  name: string,
  refs: PipelineRefs,
): Readonly<Record<string, Series>> {
  const { weighting, halfLife } = settings.ensembles[name]!;
  const stacked = weighting === 'stacking' ? m.model(refs[name] as ModelRef) : null;
  const members = membersOf(settings, name);
  const models = members.map((member) => m.model(refs[member] as ModelRef));
  if (models.length === 1) {
    const { direction, confidence } = stacked ?? models[0]!;
    return { direction, confidence };
  }
  const directions = models.map((model) => model.direction);
  const horizon = horizonOf(refs[members[0]!] as ModelRef);
  const how = weighting === 'stacking' ? 'average' : weighting;
  const { direction, confidence, weights } = ensemble(directions, m.candles.close, {
    horizon,
    weighting: how,
    halfLife,
  });
  const shown = members.flatMap((member, k) => [
    [`says-${member}`, directions[k]!] as const,
    ...(stacked ? [] : [[`weight-${member}`, weights[k]!] as const]),
  ]);
  return { direction: stacked?.direction ?? direction, confidence, ...Object.fromEntries(shown) };
}

/** Candles that a model's label looks ahead: what its option says, else the default of the built-in labels. */
function horizonOf({ settings: { label } }: ModelRef): number {
  const horizon = typeof label === 'string' ? undefined : (label as { readonly horizon?: unknown }).horizon;
  return typeof horizon === 'number' ? horizon : 12;
}
