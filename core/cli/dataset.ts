import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { BuiltDataset } from '../runtime/learning/build-dataset.ts';
import { addLearningOptions, datasetRequest, type LearningFlags, learningConfig } from './learning-flags.ts';
import { withBar } from './progress-bar.ts';

/** `tidegate dataset build|export` */
export function registerDataset(program: Command): void {
  const dataset = program
    .command('dataset')
    .description('features and label as a table: build and export')
    .addHelpText(
      'after',
      '\nExample:\n  tidegate dataset build --features technical --label direction --pairs BTC/USDT --timeframe 1h\n',
    );
  addLearningOptions(
    dataset.command('build').description('compute a dataset and keep it as Parquet, named by its hash'),
  )
    .addHelpText(
      'after',
      '\nExample:\n  tidegate dataset build --features technical --label direction --pairs BTC/USDT --timeframe 1h\n',
    )
    .action(build);
  addLearningOptions(dataset.command('export').description('compute a dataset and write it to a file of your choice'))
    .requiredOption('--out <file>', '.parquet or .csv')
    .addHelpText('after', '\nExample:\n  tidegate dataset export -f technical -p BTC/USDT --out btc.parquet\n')
    .action(exportDataset);
}

async function build(flags: LearningFlags): Promise<void> {
  const built = await compute(flags);
  const path = join(flags.userdir, 'datasets', `${built.hash.slice(0, 16)}.parquet`);
  const { existsSync } = await import('node:fs');
  const isThere = existsSync(path);
  if (!isThere) await (await import('../runtime/learning/write-dataset.ts')).writeDataset(path, built);
  report(flags, built, path, isThere ? 'already there: ' : '');
}

async function exportDataset(flags: LearningFlags & { readonly out: string }): Promise<void> {
  const { UsageError } = await import('../foundation/errors.ts');
  if (!/\.(parquet|csv)$/.test(flags.out))
    throw new UsageError('USAGE_FORMAT', `"${flags.out}" ends in neither .parquet nor .csv`, {
      remedy: 'The ending of --out says how the dataset is written.',
    });
  const built = await compute(flags);
  await (await import('../runtime/learning/write-dataset.ts')).writeDataset(flags.out, built);
  report(flags, built, flags.out, '');
}

async function compute(flags: LearningFlags): Promise<BuiltDataset> {
  const request = await datasetRequest(await learningConfig(flags), flags);
  const { buildDataset } = await import('../runtime/learning/build-dataset.ts');
  return withBar('features', flags.json, (update) => buildDataset({ ...request, onProgress: update }));
}

function report(flags: LearningFlags, { dataset, hash, pairs }: BuiltDataset, path: string, prefix: string): void {
  const file = resolve(path);
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ hash, file, rows: dataset.rows, features: dataset.names, pairs })}\n`
      : `${prefix}${file}\n${dataset.rows} rows, ${dataset.names.length} features, ${pairs.join(', ')}, hash ${hash.slice(0, 16)}\n`,
  );
}
