import type { Command } from 'commander';
import type { ModuleChoice } from '../registry/registry.ts';
import { counted } from '../report/format.ts';
import type { BuiltDataset } from '../runtime/learning/build-dataset.ts';
import type { FeatureSelection, SelectionRequest } from '../runtime/learning/select-features.ts';
import { addLearningOptions, datasetRequest, type LearningFlags, learningConfig } from './learning-flags.ts';
import { choiceOf, numberOf, wholeOf } from './option-values.ts';
import { withBar } from './progress-bar.ts';

type SelectFlags = LearningFlags & Omit<SelectionRequest, 'method' | 'onProgress'> & { readonly method: string };

/** `tidegate features select` */
export function registerFeatures(program: Command): void {
  const features = program
    .command('features')
    .description('which features are worth having')
    .addHelpText(
      'after',
      '\nExample:\n  tidegate features select --features technical --label direction --pairs BTC/USDT --timeframe 1h\n',
    );
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
    .option(
      '--folds <n>',
      'purged folds; a feature is selected when more than half of them select it',
      wholeOf('--folds', 2, 50),
      5,
    )
    .option(
      '--embargo <share>',
      'share of the rows left out after a test fold',
      numberOf('--embargo', { from: 0, to: 0.5 }),
      0.01,
    )
    .option(
      '--keep <n>',
      'features that rfe, mutual-information, shap and sequential keep in a fold (default: half)',
      wholeOf('--keep', 1, 10_000),
    )
    .option(
      '--share <share>',
      'share of the rows, the first, that are looked at: the rest stays unseen',
      numberOf('--share', { from: 0.1, to: 1 }),
      0.7,
    )
    .option('--rows <n>', 'most rows, the latest of those', wholeOf('--rows', 100, 10_000_000), 20_000)
    .option('--trees <n>', 'trees of the forests', wholeOf('--trees', 1, 10_000), 100)
    .option(
      '--correlation <r>',
      'features correlated above this form one cluster',
      numberOf('--correlation', { from: 0, to: 1 }),
      0.8,
    )
    .option('--seed <n>', 'of every random draw', wholeOf('--seed', 0, 2 ** 31), 0)
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate features select --features technical --label direction --pairs BTC/USDT --timeframe 1h\n  tidegate features select -f dynamic50 -l return --method shap --keep 12 -p BTC/USDT\n',
    )
    .action(select);
}

async function select(flags: SelectFlags): Promise<void> {
  const [{ SELECTION_METHODS, selectFeatures }, { buildDataset }] = await Promise.all([
    import('../runtime/learning/select-features.ts'),
    import('../runtime/learning/build-dataset.ts'),
  ]);
  const method = choiceOf('--method', SELECTION_METHODS)(flags.method);
  const asked = {
    method,
    folds: flags.folds,
    embargo: flags.embargo,
    ...(flags.keep !== undefined && { keep: flags.keep }),
    share: flags.share,
    rows: flags.rows,
    trees: flags.trees,
    correlation: flags.correlation,
    seed: flags.seed,
  };
  const request = await datasetRequest(await learningConfig(flags), flags);
  const built = await withBar('features', flags.json, (update) => buildDataset({ ...request, onProgress: update }));
  const found = await withBar(method, flags.json, (update) =>
    selectFeatures(built.dataset, { ...asked, onProgress: update }),
  );
  const choices = selectedChoices([request.features].flat(), built, found);
  if (flags.json) process.stdout.write(`${JSON.stringify({ ...asked, hash: built.hash, choices, ...plain(found) })}\n`);
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
function plain({ features, stability, rows, constant }: FeatureSelection) {
  return {
    rows,
    constant,
    stability: stability.stability,
    jaccard: stability.jaccard,
    selected: features.filter((f) => f.isSelected).map((f) => f.name),
    features,
  };
}

async function print(
  { features, stability, rows, constant }: FeatureSelection,
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
    `${table.toString()}\n${selected.length} of ${features.length} features selected by ${method} on ${rows} rows, in ${counted(clusters, 'cluster')} (* its representative)\n` +
      `agreement of the folds ${agreement} (1: the same features in all, 0: no more than chance; above 0.75 is excellent, below 0.4 poor)\n` +
      (constant.length > 0 ? `left out, with one value in all training rows of a fold: ${constant.join(', ')}\n` : '') +
      (choices.length > 0 ? `learning:\n  features: ${JSON.stringify(choices)}\n` : '') +
      (selected.length === 0
        ? 'Nothing was selected: these features say nothing of this label that chance would not.\n'
        : ''),
  );
}
