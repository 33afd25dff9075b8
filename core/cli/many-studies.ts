import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { openStudyFile, type StudyStore, sqliteStore } from '../hyperopt/index.ts';
import { fall, number, percent, signedPercent } from '../report/format.ts';
import type { OutOfSamplePage } from '../report/out-of-sample/out-of-sample-page.ts';
import type { LoadedSearch } from '../runtime/hyperopt/search.ts';
import type { WalkCurve } from '../runtime/hyperopt/walk-forward.ts';
import { hashOf } from '../runtime/result-of.ts';

/** What a command that runs many studies hands to them. */
export interface ManyStudies {
  readonly storeOf: (index: number) => StudyStore;
  readonly signal: AbortSignal;
  readonly onTrial: (index: number, count: number, trial: number) => void;
  /** Clears the display; where the run was stopped, says how to go on. */
  ended(isStopped: boolean): void;
  /** Writes the page of a run that was not stopped. */
  page(of: () => OutOfSamplePage): Promise<void>;
  close(): void;
}

/** Where a page goes: a file, nowhere, or beside the studies. */
export interface PageFlags {
  readonly page?: string | false;
}

/** Adds the options of a page. */
export function addPageOptions(command: Command): Command {
  return command
    .option('--page <file>', 'page of the run; by default beside the studies')
    .option('--no-page', 'write no page');
}

/** One study per window or split, in a file of their own: what was broken off goes on where it was. Ctrl-C stops after the trials that run. */
export function manyStudies(
  { plan, identity, space, options }: LoadedSearch,
  about: Readonly<Record<string, unknown>>,
  flags: PageFlags & { readonly userdir: string; readonly json?: boolean },
  word: string,
): ManyStudies {
  const { userdir, json } = flags;
  mkdirSync(join(userdir, 'hyperopt'), { recursive: true });
  const db = openStudyFile(join(userdir, 'hyperopt', 'walks.sqlite'));
  const { objectives, sampler, seed, lag } = plan;
  const mark = hashOf({ ...identity, ...about, objectives, sampler, seed, lag, space: space.groups }).slice(0, 8);
  const control = new AbortController();
  const onInterrupt = () => control.abort();
  process.once('SIGINT', onInterrupt);
  const isShown = process.stderr.isTTY && !json;
  let done = 0;
  return {
    storeOf: (index) => sqliteStore(db, `${mark}/${index}`),
    signal: control.signal,
    onTrial(_, count) {
      done++;
      if (isShown) process.stderr.write(`\r\x1b[Ktrial ${done} of ${plan.epochs * count} in ${count} ${word}`);
    },
    ended(isStopped) {
      if (isShown) process.stderr.write('\r\x1b[K');
      if (!isStopped) return;
      process.stderr.write('Stopped; run the same command again to go on.\n');
      process.exitCode = 130;
    },
    async page(of) {
      if (flags.page === false || control.signal.aborted) return;
      const [{ outOfSamplePage }, { writePage }] = await Promise.all([
        import('../report/out-of-sample/out-of-sample-page.ts'),
        import('./write-page.ts'),
      ]);
      const name = `${options.strategies[0]!.name}-${word}-${mark}.html`;
      writePage(flags.page ?? join(userdir, 'hyperopt', name), outOfSamplePage(of()), flags);
    },
    close() {
      process.removeListener('SIGINT', onInterrupt);
      db.close();
    },
  };
}

/** Efficiency in words. */
export function efficiencyText(efficiency: number): string {
  const what = 'growth out of sample over growth in sample';
  return `efficiency ${number(efficiency)} (${what}${Number.isNaN(efficiency) ? ', which was less than 1 % a year' : ''})`;
}

/** A curve in a line. */
export function curveLine(name: string, curve: WalkCurve): string {
  return `${name.padEnd(22)}${signedPercent(curve.totalReturn).padStart(10)}   drawdown ${fall(curve.maxDrawdown)}   Sharpe ${number(curve.sharpePerDay * Math.sqrt(365))} a year, above zero with probability ${percent(curve.probabilistic, 1)}`;
}
