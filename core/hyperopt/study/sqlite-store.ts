import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type Database from 'better-sqlite3';
import type { Trial, TrialState } from '../trial.ts';
import { refuseIfDifferent } from './config-difference.ts';
import type { Ending, Pick, StudyStore, StudyView } from './store.ts';

/** A claim that is not renewed for this long is free for others; a process that is known to be dead loses its claims at once. */
const LEASE_MS = 60_000;
/** Milliseconds UTC by the database's clock, which all processes on the file share. */
const NOW = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

interface Row {
  readonly number: number;
  readonly revision: number;
  readonly state: string;
  readonly body: string;
  readonly owner: string | null;
  readonly leaseUntil: number;
  readonly startedAt: number;
  readonly finishedAt: number | null;
}

/** The store of one named study in an open study file (`openStudyFile`); any number of processes may hold one. */
export function sqliteStore(db: Database.Database, name: string): StudyStore {
  return new SqliteStore(db, name);
}

class SqliteStore implements StudyStore {
  readonly isShared = true;
  readonly #db: Database.Database;
  readonly #name: string;
  readonly #owner = `${hostname()}/${process.pid}/${randomBytes(6).toString('hex')}`;
  /** All rows as last read; only those with a newer revision are read again. */
  readonly #trials: Trial[] = [];
  readonly #claims: { owner: string | null; leaseUntil: number }[] = [];
  #study = -1;
  #revision = 0;
  readonly #changed: Database.Statement;
  readonly #insert: Database.Statement;
  readonly #update: Database.Statement;

  constructor(db: Database.Database, name: string) {
    this.#db = db;
    this.#name = name;
    this.#changed = db.prepare(
      `SELECT number, revision, state, body, owner, lease_until AS leaseUntil, started_at AS startedAt,
              finished_at AS finishedAt
       FROM trial WHERE study = ? AND revision > ? ORDER BY number`,
    );
    this.#insert = db.prepare(
      `INSERT INTO trial (study, number, revision, state, body, owner, lease_until, started_at)
       VALUES (?, ?, ?, 'running', ?, ?, ${NOW} + ${LEASE_MS}, ${NOW})`,
    );
    this.#update = db.prepare(
      `UPDATE trial SET revision = ?, state = ?, body = ?, owner = NULL, finished_at = ${NOW}
       WHERE study = ? AND number = ? AND state = 'running'`,
    );
  }

  open(config: Readonly<Record<string, unknown>>): void {
    const text = JSON.stringify(config);
    this.#db
      .transaction(() => {
        this.#db
          .prepare(`INSERT INTO study (name, created_at, config) VALUES (?, ${NOW}, ?) ON CONFLICT (name) DO NOTHING`)
          .run(this.#name, text);
        const row = this.#db.prepare('SELECT id, config FROM study WHERE name = ?').get(this.#name) as {
          id: number;
          config: string;
        };
        if (row.config !== text) refuseIfDifferent(this.#name, JSON.parse(row.config), config);
        this.#study = row.id;
      })
      .immediate();
  }

  claim(decide: (view: StudyView) => Pick): Pick {
    return this.#db
      .transaction(() => {
        this.#refresh();
        const now = this.#now();
        const pick = decide({ trials: this.#trials, isOrphan: (n) => isOrphan(this.#claims[n]!, this.#owner, now) });
        if (pick.kind === 'start')
          this.#insert.run(
            this.#study,
            pick.trial.number,
            this.#nextRevision(),
            JSON.stringify(bodyOf(pick.trial)),
            this.#owner,
          );
        if (pick.kind === 'take')
          this.#db
            .prepare(
              `UPDATE trial SET owner = ?, lease_until = ${NOW} + ${LEASE_MS}, revision = ? WHERE study = ? AND number = ?`,
            )
            .run(this.#owner, this.#nextRevision(), this.#study, pick.number);
        if (pick.kind === 'start' || pick.kind === 'take') this.#refresh();
        return pick;
      })
      .immediate();
  }

  finish(number: number, ending: Ending): Trial {
    return this.#db
      .transaction(() => {
        const { state, ...rest } = ending;
        const body = { ...bodyOf(this.#trials[number]!), ...rest };
        this.#update.run(this.#nextRevision(), state, JSON.stringify(body), this.#study, number);
        this.#refresh();
        return this.#trials[number]!;
      })
      .immediate();
  }

  release(number: number): void {
    this.#db
      .transaction(() =>
        this.#db
          .prepare(`UPDATE trial SET owner = NULL, revision = ? WHERE study = ? AND number = ? AND owner = ?`)
          .run(this.#nextRevision(), this.#study, number, this.#owner),
      )
      .immediate();
  }

  heartbeat(numbers: readonly number[]): void {
    if (numbers.length === 0) return;
    this.#db
      .transaction(() => {
        const revision = this.#nextRevision();
        const renew = this.#db.prepare(
          `UPDATE trial SET lease_until = ${NOW} + ${LEASE_MS}, revision = ? WHERE study = ? AND number = ? AND owner = ?`,
        );
        for (const number of numbers) renew.run(revision, this.#study, number, this.#owner);
      })
      .immediate();
  }

  trials(): readonly Trial[] {
    this.#refresh();
    return this.#trials;
  }

  #refresh(): void {
    for (const row of this.#changed.all(this.#study, this.#revision) as Row[]) {
      this.#trials[row.number] = trialOf(row);
      this.#claims[row.number] = { owner: row.owner, leaseUntil: row.leaseUntil };
      this.#revision = Math.max(this.#revision, row.revision);
    }
  }

  #nextRevision(): number {
    const row = this.#db
      .prepare('UPDATE study SET revision = revision + 1 WHERE id = ? RETURNING revision')
      .get(this.#study) as { revision: number };
    return row.revision;
  }

  #now(): number {
    return (this.#db.prepare(`SELECT ${NOW} AS now`).get() as { now: number }).now;
  }
}

/** All trials of a stored study, in order, for reading only. */
export function readTrials(db: Database.Database, study: number): Trial[] {
  const rows = db
    .prepare(
      `SELECT number, revision, state, body, owner, lease_until AS leaseUntil, started_at AS startedAt,
              finished_at AS finishedAt
       FROM trial WHERE study = ? ORDER BY number`,
    )
    .all(study) as Row[];
  return rows.map(trialOf);
}

/** JSON has no NaN: in reports it is stored as null. */
function bodyOf(trial: Trial): Record<string, unknown> {
  const { params, unit, memo, values, constraints, steps, attrs, error } = trial;
  return { params, unit, memo, values, constraints, steps, attrs, error };
}

function trialOf(row: Row): Trial {
  const body = JSON.parse(row.body) as Omit<Trial, 'number' | 'state' | 'startedAt' | 'finishedAt'>;
  return {
    ...body,
    steps: body.steps.map(([step, value]) => [step, (value as number | null) ?? Number.NaN] as const),
    number: row.number,
    state: row.state as TrialState,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
  };
}

function isOrphan(claim: { owner: string | null; leaseUntil: number }, self: string, now: number): boolean {
  if (claim.owner === self) return false;
  if (claim.owner === null || claim.leaseUntil < now) return true;
  const [host, pid] = claim.owner.split('/');
  if (host !== hostname()) return false;
  // A claim of an earlier process that had this one's number, or of another study run in this process that has ended.
  return Number(pid) !== process.pid && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
