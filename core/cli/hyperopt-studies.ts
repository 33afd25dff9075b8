import { existsSync } from 'node:fs';
import { TidegateError } from '../foundation/errors.ts';
import { compareStudies, deleteStudy, listStudies, loadStudy, openStudyFile, type Trial } from '../hyperopt/index.ts';
import { textTable } from '../report/text-table.ts';
import type { TrialMetrics } from '../runtime/hyperopt/trial-report.ts';
import { print, reportJson } from './print.ts';
import { metricCells, paramText, studiesText } from './search-table.ts';
import { studyFile } from './study-file.ts';

interface Flags {
  readonly userdir: string;
  readonly json?: boolean;
  readonly top?: number;
  readonly trial?: number;
  readonly to?: string;
}

type Db = ReturnType<typeof openStudyFile>;

async function withStudies<T>(flags: Flags, use: (db: Db) => T | Promise<T>): Promise<T | undefined> {
  const path = studyFile(flags.userdir);
  if (!existsSync(path)) {
    print(`No studies in ${path} yet: "tidegate hyperopt --strategy NAME" makes one.`);
    return undefined;
  }
  const db = openStudyFile(path);
  try {
    return await use(db);
  } finally {
    db.close();
  }
}

/** `hyperopt list` */
export async function list(flags: Flags): Promise<void> {
  await withStudies(flags, (db) => {
    const studies = listStudies(db);
    if (flags.json) return print(reportJson(studies));
    print(studies.length === 0 ? 'No studies.' : studiesText(studies));
  });
}

/** `hyperopt show` */
export async function show(name: string, flags: Flags): Promise<void> {
  await withStudies(flags, (db) => {
    const study = loadStudy(db, name);
    if (flags.json) return print(reportJson(study));
    if (flags.trial !== undefined) return print(trialText(study.trials, flags.trial));
    const sign = study.objectives[0]!.direction === 'maximize' ? -1 : 1;
    const isFeasible = (t: Trial) => t.constraints.every((c) => c <= 0);
    const top = study.trials
      .filter((t) => t.state === 'complete')
      .sort((a, b) => Number(isFeasible(b)) - Number(isFeasible(a)) || sign * (a.values[0]! - b.values[0]!))
      .slice(0, flags.top ?? 10);
    const names = study.objectives.map((o) => o.name);
    const table = textTable(['trial', ...names, 'profit', 'drawdown', 'Sharpe', 'trades', 'won', ''], 0);
    for (const t of top)
      table.push([
        `#${t.number}`,
        ...t.values.map((v) => v.toFixed(3)),
        ...metricCells(t.attrs as unknown as TrialMetrics),
        isFeasible(t) ? '' : 'infeasible',
      ]);
    print(studiesText(listStudies(db).filter((head) => head.name === name)));
    print(`\n${table.toString()}`);
    for (const t of top.slice(0, 3)) print(`#${t.number}: ${paramText(t.params)}`);
    const failed = study.trials.filter((t) => t.state === 'failed');
    if (failed.length > 0) print(`${failed.length} failed, the first: #${failed[0]!.number} ${failed[0]!.error}`);
  });
}

/** `hyperopt export` */
export async function exportTo(name: string, flags: Flags): Promise<void> {
  const { exportStudy } = await import('../runtime/hyperopt/export-study.ts');
  await withStudies(flags, async (db) => {
    const path = await exportStudy(loadStudy(db, name), flags.userdir, flags.trial, flags.to);
    if (!flags.json) print(`parameters written to ${path}: backtest and trade use them from now on`);
  });
}

/** `hyperopt compare` */
export async function compare(names: readonly string[], flags: Flags): Promise<void> {
  await withStudies(flags, (db) => {
    const comparison = compareStudies(db, names);
    if (flags.json) return print(reportJson(comparison));
    print(studiesText(comparison.studies));
    comparison.differences.forEach((differences, k) => {
      if (k === 0) return;
      print(`\n${names[k]} differs from ${names[0]} in:`);
      for (const d of differences.slice(0, 20))
        print(`  ${d.path}: ${JSON.stringify(d.given)} instead of ${JSON.stringify(d.stored)}`);
      if (differences.length === 0) print('  nothing');
    });
  });
}

/** `hyperopt rm` */
export async function remove(names: readonly string[], flags: Flags): Promise<void> {
  await withStudies(flags, (db) => {
    for (const name of names) loadStudy(db, name);
    for (const name of names) {
      deleteStudy(db, name);
      print(`removed ${name}`);
    }
  });
}

function trialText(trials: readonly Trial[], wanted: number): string {
  const trial = trials[wanted];
  if (!trial)
    throw new TidegateError('HPO_TRIAL_UNKNOWN', `there is no trial ${wanted}`, {
      remedy: `The study has trials 0 to ${trials.length - 1}.`,
    });
  const { returns: _, ...attrs } = trial.attrs;
  return JSON.stringify({ ...trial, attrs }, null, 2);
}
