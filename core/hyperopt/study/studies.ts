import type Database from 'better-sqlite3';
import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import type { Params } from '../space/space.ts';
import type { Trial } from '../trial.ts';
import { type Difference, differences } from './config-difference.ts';
import { resultOf } from './run-study.ts';
import { readTrials } from './sqlite-store.ts';
import type { StudyConfig } from './store.ts';
import type { Objective, StudyResult } from './study-options.ts';

/** A stored study at a glance. Times ms UTC. */
export interface StudyHead {
  readonly name: string;
  readonly createdAt: number;
  readonly sampler: string;
  readonly objectives: readonly Objective[];
  readonly counts: Readonly<Record<Trial['state'], number>>;
  readonly best: Trial | undefined;
}

/** A stored study whole. */
export interface StoredStudy extends StudyResult {
  readonly name: string;
  readonly createdAt: number;
  readonly config: StudyConfig;
}

/** Two studies side by side. */
export interface StudyComparison {
  readonly studies: readonly StudyHead[];
  /** Where their configurations differ from the first one's. */
  readonly differences: readonly (readonly Difference[])[];
}

interface StudyRow {
  readonly id: number;
  readonly name: string;
  readonly createdAt: number;
  readonly config: string;
}

/** All studies in a file, newest first. */
export function listStudies(db: Database.Database): StudyHead[] {
  const rows = db
    .prepare('SELECT id, name, created_at AS createdAt, config FROM study ORDER BY created_at DESC, id DESC')
    .all() as StudyRow[];
  return rows.map((row) => headOf(studyOf(db, row)));
}

/** One study with all its trials. @throws TidegateError HPO_STUDY_UNKNOWN */
export function loadStudy(db: Database.Database, name: string): StoredStudy {
  const row = db.prepare('SELECT id, name, created_at AS createdAt, config FROM study WHERE name = ?').get(name);
  if (row) return studyOf(db, row as StudyRow);
  const names = (db.prepare('SELECT name FROM study').all() as { name: string }[]).map((r) => r.name);
  throw new TidegateError('HPO_STUDY_UNKNOWN', `there is no study "${name}"`, {
    where: db.name,
    remedy: `${didYouMean(name, names)} List them with hyperopt list.`.trim(),
  });
}

/** Removes a study and its trials. @throws TidegateError HPO_STUDY_UNKNOWN */
export function deleteStudy(db: Database.Database, name: string): void {
  loadStudy(db, name);
  db.prepare('DELETE FROM study WHERE name = ?').run(name);
}

/**
 * Parameters of the best trial, or of trial `number`, to be written to a strategy's parameter file.
 * @throws TidegateError HPO_STUDY_UNKNOWN, HPO_TRIAL_UNKNOWN where there is no such completed trial
 */
export function exportTrial(
  study: StoredStudy,
  number?: number,
): { readonly params: Params; readonly trial: Trial; readonly study: string; readonly hash: string } {
  const trial = number === undefined ? study.best : study.trials[number];
  if (trial?.state !== 'complete')
    throw new TidegateError(
      'HPO_TRIAL_UNKNOWN',
      number === undefined ? 'no trial was completed and feasible' : `there is no completed trial ${number}`,
      {
        where: `study "${study.name}"`,
        remedy: 'See the trials with hyperopt show.',
      },
    );
  return { params: trial.params, trial, study: study.name, hash: study.hash };
}

/** Heads of several studies and what sets their configurations apart from the first one's. @throws TidegateError HPO_STUDY_UNKNOWN */
export function compareStudies(db: Database.Database, names: readonly string[]): StudyComparison {
  const studies = names.map((name) => loadStudy(db, name));
  return {
    studies: studies.map(headOf),
    differences: studies.map((study) => differences(studies[0]!.config, study.config)),
  };
}

function studyOf(db: Database.Database, row: StudyRow): StoredStudy {
  const config = JSON.parse(row.config) as StudyConfig;
  const trials = readTrials(db, row.id);
  const end = trials.some((t) => t.state === 'running') ? 'stopped' : 'trials';
  const result = resultOf(end, config.objectives as readonly Objective[], trials);
  return { ...result, name: row.name, createdAt: row.createdAt, config };
}

function headOf(study: StoredStudy): StudyHead {
  const counts = { running: 0, complete: 0, pruned: 0, failed: 0 };
  for (const trial of study.trials) counts[trial.state]++;
  const { name, createdAt, objectives, best, config } = study;
  return { name, createdAt, sampler: (config.sampler as { name: string }).name, objectives, counts, best };
}
