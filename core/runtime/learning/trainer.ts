import {
  type FittedWindow,
  fitWindow,
  type MakeModel,
  type WindowJob,
  type WindowRecipe,
} from '../../ml/walk/fit-window.ts';
import type { Dataset } from '../../ports/learning-modules.ts';
import type { ModuleChoice, Registry } from '../../registry/registry.ts';
import { modelMaker } from './make-model.ts';

/** One window of a shared dataset to be learned from. Plain data. */
export interface TrainingJob {
  readonly dataset: number;
  readonly model: ModuleChoice;
  readonly recipe: WindowRecipe;
  readonly job: WindowJob;
}

/** Trains windows: here, in threads, or from what was kept. */
export interface Trainer {
  /** Takes a dataset for the jobs to come and returns its number. */
  share(dataset: Dataset): number;
  /** @throws TidegateError as `fitWindow` */
  fit(job: TrainingJob): Promise<FittedWindow>;
  end(): Promise<void>;
}

/** Trains in this thread. */
export function ownTrainer(registry: Registry): Trainer {
  const datasets: Dataset[] = [];
  const makers = new Map<string, Promise<MakeModel>>();
  return {
    share: (dataset) => datasets.push(dataset) - 1,
    async fit({ dataset, model, recipe, job }) {
      const key = JSON.stringify(model);
      const maker = makers.get(key) ?? modelMaker(registry, model);
      makers.set(key, maker);
      return fitWindow(datasets[dataset]!, job, recipe, await maker);
    },
    end: async () => undefined,
  };
}
