import type { Command } from 'commander';
import type { ModuleChoice } from '../registry/registry.ts';
import { addLearningOptions, datasetRequest, type LearningFlags, learningConfig } from './learning-flags.ts';
import { moduleOf, modulesOf, wholeOf } from './option-values.ts';

interface TrainFlags extends LearningFlags {
  readonly model?: ModuleChoice;
  readonly prepare?: readonly ModuleChoice[];
  readonly seed?: number;
  readonly name?: string;
  readonly keep: boolean;
  readonly tune: number;
  readonly page?: string;
}

/** `tidegate train` */
export function registerTrain(program: Command): void {
  addLearningOptions(program.command('train').description('train a model on stored candles and keep it'))
    .option('-m, --model <spec>', 'model module: gradient-boosting, or \'random-forest:{"trees":300}\'', moduleOf)
    .option(
      '--prepare <spec>',
      'step fitted on training rows only: standard, robust, min-max, quantile, winsor, impute, variance, correlation, pca, dissimilarity, isolation; \'pca:{"keep":0.9}\'; may be repeated',
      modulesOf,
    )
    .option(
      '--tune <trials>',
      'search the options of the model (TPE) by its figures on the validation rows',
      wholeOf('--tune', 0),
      0,
    )
    .option('--page <file>', 'write a page: figures, reliability, learning curve, importances, search')
    .option('--seed <n>', 'seed of models that draw at random', wholeOf('--seed', 0))
    .option('--name <name>', 'name in the model store (default: the model module)')
    .option('--no-keep', 'do not keep the model')
    .addHelpText(
      'after',
      '\nThe first 70 % of rows train, the next 15 % validate, the last 15 % test; rows whose labels reach into the next part are left out.\n\nExamples:\n  tidegate train --features technical --label direction --model gradient-boosting --pairs BTC/USDT --timeframe 1h\n  tidegate train -c user_data/config.yaml --name btc-direction --seed 7\n  tidegate train -f technical -l direction -m gradient-boosting -p BTC/USDT --tune 50 --page btc.html\n  tidegate train -f rsi -f \'ema:{"period":50}\' -l \'return:{"horizon":6}\' -m linear-regression --prepare impute --prepare standard -p BTC/USDT\n',
    )
    .action(train);
}

async function train(flags: TrainFlags): Promise<void> {
  const config = await learningConfig(flags);
  const [{ progressBar }, { trainModel }, { modelFolder }] = await Promise.all([
    import('./progress-bar.ts'),
    import('../runtime/learning/train-model.ts'),
    import('../runtime/learning/model-folder.ts'),
  ]);
  const { learning } = config;
  const { seed, tune } = flags;
  const model = flags.model ?? learning.model;
  const request = await datasetRequest(config, flags);
  let bar: ReturnType<typeof progressBar> | null = null;
  let stage = '';
  const onProgress = (what: string, done: number) => {
    if (what !== stage) {
      bar?.stop();
      bar = progressBar(what, flags.json ?? false);
      stage = what;
    }
    bar?.update(done);
    if (done === 1) bar?.stop();
  };
  const training = await trainModel({
    ...request,
    model,
    prepare: flags.prepare ? [...flags.prepare] : learning.prepare,
    shares: { train: learning.train, validation: learning.validation },
    ...(seed !== undefined && { seed }),
    name: flags.name ?? (typeof model === 'string' ? model : model.name),
    now: Date.now(),
    ...(tune > 0 && { tune }),
    onProgress,
  });
  const kept = flags.keep ? modelFolder(flags.userdir).keep(training.document) : training.document;
  const { modelReport, modelJson } = await import('./model-table.ts');
  process.stdout.write(flags.json ? `${JSON.stringify(modelJson(kept))}\n` : modelReport(kept));
  if (flags.page === undefined) return;
  const [{ trainingPageData }, { trainingPage }, { writePage }] = await Promise.all([
    import('./training-page-data.ts'),
    import('../report/training/training-page.ts'),
    import('./write-page.ts'),
  ]);
  const data = await trainingPageData({ ...training, document: kept }, (done) => onProgress('learning curve', done));
  writePage(flags.page, trainingPage(data), flags);
}
