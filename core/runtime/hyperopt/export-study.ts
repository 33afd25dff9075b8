import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeWhole } from '../../data/store/file-system.ts';
import { exportTrial, type StoredStudy } from '../../hyperopt/index.ts';
import { findStrategy } from '../find-strategy.ts';
import { judgeSpread } from './judge-spread.ts';
import { trialParameters } from './strategy-space.ts';

/**
 * Writes a trial's parameters where backtest and trade find them: `<strategy file>.json`, beside the strategy (for a built-in one among the
 * user's strategies). The file is replaced as a whole.
 * @returns the path
 * @throws TidegateError HPO_TRIAL_UNKNOWN, STRATEGY_UNKNOWN
 */
export async function exportStudy(study: StoredStudy, userdir: string, number?: number, to?: string): Promise<string> {
  const { params, trial, hash } = exportTrial(study, number);
  const { strategy, to: tunedUntil } = study.config.identity as { readonly strategy: string; readonly to: number };
  const source = await findStrategy(strategy, userdir);
  const path = to ?? source.parameterFile;
  const { parameters, attributes, options } = trialParameters(params, source.create({}));
  const text = {
    strategy,
    parameters,
    attributes,
    ...(Object.keys(options).length > 0 && { options }),
    study: study.name,
    trial: trial.number,
    hash,
    objectives: Object.fromEntries(study.objectives.map(({ name }, k) => [name, trial.values[k]])),
    trials: { ...judgeSpread(study.trials), tunedUntil },
  };
  await mkdir(dirname(path), { recursive: true });
  writeWhole(path, `${JSON.stringify(text, null, 2)}\n`, { flush: true });
  return path;
}
