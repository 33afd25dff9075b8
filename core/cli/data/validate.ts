import type { Command } from 'commander';
import type { SeriesReport } from '../../data/validate-data.ts';
import { numberOf, wholeOf } from '../option-values.ts';
import { printOverBar, withBar } from '../progress-bar.ts';
import { addDataOptions, type DataFlags, dataFolder } from '../run-options.ts';
import { passes, type SeriesFilter, withSeriesFilter } from './options.ts';

interface Options extends DataFlags, SeriesFilter {
  readonly repair?: boolean;
  readonly dropOutliers?: boolean;
  readonly out?: string;
  readonly outliers: number;
  readonly limit: number;
  readonly json?: boolean;
}

/** Adds `data validate`: exit code 1 when there are errors (warnings alone are 0). */
export function registerValidate(data: Command): void {
  const command = data
    .command('validate')
    .description('find gaps, doubles, disorder, impossible values and outliers; repair a copy');
  withSeriesFilter(addDataOptions(command))
    .option('--repair', 'write a corrected copy of all chosen series into --out')
    .option('--drop-outliers', 'with --repair: leave out jumps that come back at once')
    .option('--out <dir>', 'folder of the repaired copy (default: the data folder with "-repaired")')
    .option(
      '--outliers <n>',
      'robust deviations beyond which a return is an outlier',
      numberOf('--outliers', { above: 0 }),
      40,
    )
    .option('--limit <n>', 'findings printed per series', wholeOf('--limit', 1), 5)
    .option('--json', 'print one JSON line per series')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate data validate\n  tidegate data validate --data ./candles --repair --out ./clean',
    )
    .action(async (options: Options) => {
      const { openData } = await import('../../data/open-data.ts');
      const { beginCopy, finishCopy, repairInto, repairSpecs, validateData } = await import(
        '../../data/validate-data.ts'
      );
      const folder = dataFolder(options);
      const out = options.out ?? `${folder.replace(/[/\\]+$/, '')}-repaired`;
      let [series, errors, warnings] = [0, 0, 0];
      const accepts = (key: Parameters<typeof passes>[0]) => passes(key, options);
      const data = await openData(folder);
      if (options.repair) {
        await beginCopy(out);
        await repairSpecs(folder, out);
      }
      await withBar('validate', options.json, async (update) => {
        for await (const report of validateData(data, accepts, { outlierDeviations: options.outliers })) {
          update(report.done);
          series++;
          const bad = report.issues.filter(({ severity }) => severity === 'error').length;
          errors += bad;
          warnings += report.issues.length - bad;
          print(report, options);
          if (!options.repair) continue;
          const done = await repairInto(out, report, { dropOutliers: options.dropOutliers ?? false });
          const changes = Object.entries(done).filter(([, count]) => count > 0);
          if (changes.length > 0)
            note(options, `  repaired: ${changes.map(([what, count]) => `${count} ${what}`).join(', ')}`);
        }
      });
      if (options.repair) await finishCopy(out);
      note(
        options,
        `${series} series, ${errors} errors, ${warnings} warnings${options.repair ? `; repaired copy in ${out}` : ''}`,
      );
      if (errors > 0 && !options.repair) process.exitCode = 1;
    });
}

function print({ info, issues }: SeriesReport, { json, limit }: Options): void {
  const name = [info.exchange, info.pair, info.type, info.timeframe].filter(Boolean).join(' ');
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...info, issues })}\n`);
    return;
  }
  if (issues.length === 0) return;
  printOverBar(`${name} (${info.source})\n`);
  const sorted = issues.toSorted((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
  for (const issue of sorted.slice(0, limit))
    process.stdout.write(`  ${issue.severity} ${issue.kind}: ${issue.what}. ${issue.remedy}\n`);
  if (issues.length > limit) process.stdout.write(`  … and ${issues.length - limit} more (--limit shows them)\n`);
}

function note({ json }: Options, text: string): void {
  (json ? process.stderr : process.stdout).write(`${text}\n`);
}
