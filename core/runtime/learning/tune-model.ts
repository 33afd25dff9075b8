import { TidegateError } from '../../foundation/errors.ts';
import { compileSpace, runStudy, tpeSampler } from '../../hyperopt/index.ts';
import type { ModelTuning } from '../../ml/store/model-document.ts';
import type { ModuleChoice, Registry } from '../../registry/registry.ts';
import { nameOf } from '../block-modules.ts';
import { modelRanges } from '../hyperopt/module-spaces.ts';
import { tunedOptions } from '../tuned-options.ts';

export interface TuneRequest {
  readonly registry: Registry;
  readonly model: ModuleChoice;
  readonly trials: number;
  readonly seed: number;
  /** Trains with these options and scores on the validation rows: less is better. NaN: the trial failed. */
  readonly loss: (choice: ModuleChoice) => Promise<number>;
  /** What the loss is called. */
  readonly objective: string;
  readonly onTrial?: (ended: number, best: number) => void;
}

/**
 * Searches a model's options by TPE, the given ones first: those written down with `{ "tune": … }`, else every number of the module's schema, from
 * a quarter to four times its value. The same seed gives the same trials.
 * @returns the best choice, and the search for the record
 * @throws TidegateError SPACE_EMPTY when the model has no options to search; HPO_TRIALS_FAILED when most trials fail
 */
export async function tuneModel(request: TuneRequest): Promise<{ choice: ModuleChoice; tuning: ModelTuning }> {
  const { registry, model, trials, seed, objective } = request;
  const { plugin } = await registry.find('model', nameOf(model), 'model');
  const written = tunedOptions({ path: 'model', space: 'model', choice: model });
  const isWritten = Object.keys(written).length > 0;
  const all = isWritten
    ? Object.fromEntries(Object.entries(written).map(([name, parameter]) => [name.slice('model.'.length), parameter]))
    : modelRanges(plugin, model);
  if (Object.keys(all).length === 0)
    throw new TidegateError('SPACE_EMPTY', `the model "${nameOf(model)}" has no numbers to tune`, {
      remedy: 'Leave --tune out, or write an option as { "tune": "real", "low": 0.01, "high": 1 }.',
    });
  const given = typeof model === 'string' ? { name: model } : model;
  const chosen = (params: Readonly<Record<string, unknown>>): ModuleChoice => ({ ...given, ...params });
  const space = compileSpace(all);
  let best = Number.POSITIVE_INFINITY;
  const defaults = Object.fromEntries(
    Object.entries(all).flatMap(([name, p]) => (p.kind === 'text' ? [] : [[name, p.fallback]])),
  );
  const result = await runStudy({
    space,
    sampler: tpeSampler(),
    objectives: [{ name: objective, direction: 'minimize' }],
    seed: `tune ${seed}`,
    lag: 0,
    trials,
    first: [space.decode(space.encode(defaults as Parameters<typeof space.encode>[0]))],
    evaluate: async (params) => ({ values: await request.loss(chosen(params)) }),
    onTrial(trial) {
      const value = trial.values[0] ?? Number.NaN;
      if (value < best) best = value;
      request.onTrial?.(trial.number + 1, best);
    },
  });
  const ended = result.trials.filter((trial) => trial.state === 'complete');
  const top = ended.reduce((a, b) => (b.values[0]! < a.values[0]! ? b : a));
  return {
    choice: chosen(top.params),
    tuning: {
      objective,
      trials: result.trials.length,
      failed: result.trials.length - ended.length,
      losses: result.trials.map((trial) => (trial.state === 'complete' ? trial.values[0]! : null)),
      options: top.params,
    },
  };
}
