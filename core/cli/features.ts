import type { Command } from 'commander';
import type { ModuleChoice } from '../registry/registry.ts';
import type { BuiltDataset } from '../runtime/learning/build-dataset.ts';
import type { FeatureSelection, SelectionMethod } from '../runtime/learning/select-features.ts';
import { addLearningOptions, datasetRequest, type LearningFlags, learningConfig } from './learning-flags.ts';

interface SelectFlags extends LearningFlags {
  readonly method: string;
  readonly folds: string;
  readonly embargo: string;
  readonly keep?: string;
  readonly share: string;
  readonly rows: string;
  readonly trees: string;
  readonly correlation: string;
  readonly seed: string;
}

/** `tidegate features select` */
export function registerFeatures(program: Command): void {
  const features = program.command('features').description('which features are worth having');
  addLearningOptions(
    features
      .command('select')
      .description('select features in purged folds of the first rows, and say how much the folds agree'),
  )
    .option(
      '--method <name>',
      'boruta, rfe, mutual-information, permutation, clustered-permutation, shap or sequential',
      'boruta',
    )
    .option('--folds <n>', 'purged folds; a feature is selected when more than half of them select it', '5')
    .option('--embargo <share>', 'share of the rows left out after a test fold', '0.01')
    .option('--keep <n>', 'features that rfe, mutual-information, shap and sequential keep in a fold (default: half)')
    .option('--share <share>', 'share of the rows, the first, that are looked at: the rest stays unseen', '0.7')
    .option('--rows <n>', 'most rows, the latest of those', '20000')
    .option('--trees <n>', 'trees of the forests', '100')
    .option('--correlation <r>', 'features correlated above this form one cluster', '0.8')
    .option('--seed <n>', 'of every random draw', '0')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate features select --features technical --label direction --pairs BTC/USDT --timeframe 1h\n  tidegate features select -f dynamic50 -l return --method shap --keep 12 -p BTC/USDT\n',
    )
    .action(select);
}

async function select(flags: SelectFlags): Promise<void> {
  const [{ SELECTION_METHODS, selectFeatures }, { didYouMean, UsageError }, { progressBar }, { buildDataset }] =
    await Promise.all([
      import('../runtime/learning/select-features.ts'),
      import('../foundation/errors.ts'),
      import('./progress-bar.ts'),
      import('../runtime/learning/build-dataset.ts'),
    ]);
  const method = flags.method as SelectionMethod;
  if (!SELECTION_METHODS.includes(method))
    throw new UsageError('USAGE_METHOD', `there is no way to select called "${flags.method}"`, {
      remedy: didYouMean(flags.method, SELECTION_METHODS) || `Use one of ${SELECTION_METHODS.join(', ')}.`,
    });
  const number = (name: keyof SelectFlags, low: number, high: number, isWhole: boolean): number => {
    const value = Number(flags[name]);
    if (value >= low && value <= high && (!isWhole || Number.isInteger(value))) return value;
    throw new UsageError('USAGE_NUMBER', `--${name} cannot be "${String(flags[name])}"`, {
      remedy: `Give a ${isWhole ? 'whole ' : ''}number from ${low} to ${high}.`,
    });
  };
  const asked = {
    method,
    folds: number('folds', 2, 50, true),
    embargo: number('embargo', 0, 0.5, false),
    ...(flags.keep !== undefined && { keep: number('keep', 1, 10_000, true) }),
    share: number('share', 0.1, 1, false),
    rows: number('rows', 100, 10_000_000, true),
    trees: number('trees', 1, 10_000, true),
    correlation: number('correlation', 0, 1, false),
    seed: number('seed', 0, 2 ** 31, true),
  };
  const request = await datasetRequest(await learningConfig(flags), flags);
  const isQuiet = flags.json ?? false;
  const withBar = async <T>(name: string, work: (update: (done: number) => void) => T | Promise<T>): Promise<T> => {
    const bar = progressBar(name, isQuiet);
    try {
      return await work(bar.update);
    } finally {
      bar.stop();
    }
  };
  const built = await withBar('features', (update) => buildDataset({ ...request, onProgress: update }));
  const found = await withBar(method, (update) => selectFeatures(built.dataset, { ...asked, onProgress: update }));
  const choices = selectedChoices([request.features].flat(), built, found);
  if (isQuiet) process.stdout.write(`${JSON.stringify({ ...asked, hash: built.hash, choices, ...plain(found) })}\n`);
  else await print(found, method, asked.folds, choices);
}

/** The choices of features cut down to what was selected: for the `features` of a configuration. */
function selectedChoices(
  choices: readonly ModuleChoice[],
  { dataset, choiceOf }: BuiltDataset,
  { features }: FeatureSelection,
): readonly unknown[] {
  const selected = new Set(features.filter((f) => f.isSelected).map((f) => f.name));
  return choices.flatMap((choice, index) => {
    const own = dataset.names.filter((_, c) => choiceOf[c] === index);
    const kept = own.filter((name) => selected.has(name));
    if (kept.length === 0) return [];
    if (kept.length === own.length) return [choice];
    // A number after a name that another choice has too is not part of the choice's own name.
    return [
      { ...(typeof choice === 'string' ? { name: choice } : choice), only: kept.map((n) => n.replace(/#\d+$/, '')) },
    ];
  });
}

/** Without the matrix of correlations and the merges, which grow with the square of the features. */
function plain({ features, stability, rows }: FeatureSelection) {
  return {
    rows,
    stability: stability.stability,
    jaccard: stability.jaccard,
    selected: features.filter((f) => f.isSelected).map((f) => f.name),
    features,
  };
}

async function print(
  { features, stability, rows }: FeatureSelection,
  method: string,
  folds: number,
  choices: readonly unknown[],
): Promise<void> {
  const { textTable } = await import('../report/text-table.ts');
  const table = textTable(['feature', 'selected', 'folds', 'score', 'cluster'], 2);
  for (const { name, isSelected, frequency, score, cluster, isRepresentative } of features)
    table.push([
      name,
      isSelected ? 'yes' : '',
      `${Math.round(frequency * folds)}/${folds}`,
      Number.isNaN(score) ? '–' : score.toPrecision(3),
      `${cluster}${isRepresentative ? ' *' : ''}`,
    ]);
  const selected = features.filter((f) => f.isSelected);
  const clusters = new Set(selected.map((f) => f.cluster)).size;
  const agreement = Number.isNaN(stability.stability) ? 'undefined' : stability.stability.toFixed(2);
  process.stdout.write(
    `${table.toString()}\n${selected.length} of ${features.length} features selected by ${method} on ${rows} rows, in ${clusters} cluster${clusters === 1 ? '' : 's'} (* its representative)\n` +
      `agreement of the folds ${agreement} (1: the same features in all, 0: no more than chance; above 0.75 is excellent, below 0.4 poor)\n` +
      (choices.length > 0 ? `learning:\n  features: ${JSON.stringify(choices)}\n` : '') +
      (selected.length === 0
        ? 'Nothing was selected: these features say nothing of this label that chance would not.\n'
        : ''),
  );
}
