import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { int, real } from '../../strategy/parameters.ts';
import { samplerByName } from '../samplers/sampler-by-name.ts';
import { compileSpace } from '../space/space.ts';
import { runStudy } from './run-study.ts';
import { sqliteStore } from './sqlite-store.ts';
import { compareStudies, deleteStudy, exportTrial, listStudies, loadStudy } from './studies.ts';
import type { StudyOptions } from './study-options.ts';
import { openStudyFile } from './study-schema.ts';

const space = compileSpace({ a: int(0, 100), b: real(0, 1) });
const evaluate: StudyOptions['evaluate'] = (p) => ({ values: ((p.a as number) - 42) ** 2 + (p.b as number) });
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'study-'));
  file = join(folder, 'studies.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

const options = (trials: number, more: Partial<StudyOptions> = {}): StudyOptions => ({
  space,
  sampler: samplerByName('tpe'),
  trials,
  seed: 5,
  evaluate,
  ...more,
});

/** A worker process on the study; it prints a line for every trial it has recorded. */
function worker(trials: number, delayMs: number) {
  const script = join(folder, `worker-${trials}-${delayMs}.ts`);
  const root = new URL('../index.ts', import.meta.url).href;
  writeFileSync(
    script,
    `import { compileSpace, openStudyFile, runStudy, samplerByName, sqliteStore } from '${root}';
     import { int, real } from '${new URL('../../strategy/parameters.ts', import.meta.url).href}';
     const db = openStudyFile(process.argv[2]!);
     await runStudy({
       space: compileSpace({ a: int(0, 100), b: real(0, 1) }), sampler: samplerByName('tpe'), seed: 5, trials: ${trials}, parallel: 2,
       store: sqliteStore(db, 's'),
       evaluate: async (p) => {
         await new Promise((resolve) => setTimeout(resolve, ${delayMs}));
         return { values: (Number(p.a) - 42) ** 2 + Number(p.b) };
       },
       onTrial: (t) => console.log(t.number),
     });`,
  );
  return spawn(process.execPath, ['--no-warnings', script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
}
const ended = (child: ReturnType<typeof worker>) => new Promise<void>((resolve) => child.on('exit', () => resolve()));

describe('a stored study', () => {
  it('continues with more trials as if it had never stopped', async () => {
    const db = openStudyFile(file);
    for (const trials of [13, 14, 40]) await runStudy(options(trials, { store: sqliteStore(db, 's'), parallel: 3 }));
    const whole = await runStudy(options(40));
    expect(loadStudy(db, 's').hash).toBe(whole.hash);
    db.close();
  });

  it('loses nothing to kill -9 and runs the same trials afterwards', { timeout: 60_000 }, async () => {
    const printed: number[] = [];
    const child = worker(60, 5);
    child.stdout.on('data', (data: Buffer) => {
      printed.push(...String(data).trim().split('\n').map(Number));
      if (printed.length >= 12) child.kill('SIGKILL');
    });
    await ended(child);
    const db = openStudyFile(file);
    const left = loadStudy(db, 's');
    for (const number of printed) expect(left.trials[number]!.state).toBe('complete');
    expect(left.trials.length).toBeLessThan(60);
    const resumed = await runStudy(options(60, { store: sqliteStore(db, 's') }));
    expect(resumed.hash).toBe((await runStudy(options(60))).hash);
    db.close();
  });

  it('is worked on by several processes with the outcome of one', { timeout: 60_000 }, async () => {
    const workers = [worker(40, 3), worker(40, 4)];
    const counts = workers.map(() => 0);
    for (const [i, child] of workers.entries())
      child.stdout.on('data', (data: Buffer) => {
        counts[i]! += String(data).trim().split('\n').length;
      });
    await Promise.all(workers.map(ended));
    const db = openStudyFile(file);
    expect(counts[0]! + counts[1]!).toBe(40);
    expect(loadStudy(db, 's').hash).toBe((await runStudy(options(40))).hash);
    db.close();
  });

  it('refuses other settings and says which', async () => {
    const db = openStudyFile(file);
    await runStudy(options(5, { store: sqliteStore(db, 's') }));
    const other = options(5, { store: sqliteStore(db, 's'), seed: 6, identity: { data: 'abc' } });
    await expect(runStudy(other)).rejects.toThrow(/seed was 5, now 6; identity\.data was absent, now "abc"/);
    db.close();
  });

  it('is listed, shown, compared, exported and deleted', async () => {
    const db = openStudyFile(file);
    await runStudy(options(12, { store: sqliteStore(db, 'one') }));
    await runStudy(options(12, { store: sqliteStore(db, 'two'), seed: 9 }));
    expect(listStudies(db).map((s) => [s.name, s.sampler, s.counts.complete])).toEqual([
      ['two', 'tpe', 12],
      ['one', 'tpe', 12],
    ]);
    const best = exportTrial(loadStudy(db, 'one'));
    expect(best.params).toEqual(loadStudy(db, 'one').best!.params);
    expect(compareStudies(db, ['one', 'two']).differences[1]).toEqual([{ path: 'seed', stored: 5, given: 9 }]);
    deleteStudy(db, 'one');
    expect(() => loadStudy(db, 'twe')).toThrow(/HPO_STUDY_UNKNOWN.*Did you mean "two"\?/);
    expect(() => loadStudy(db, 'one')).toThrow('HPO_STUDY_UNKNOWN');
    db.close();
  });

  it('keeps NaN reports apart from numbers', async () => {
    const db = openStudyFile(file);
    const store = sqliteStore(db, 's');
    await runStudy(options(1, { store, evaluate: (_, t) => ({ values: Number(t.report(1, Number.NaN)) }) }));
    expect(store.trials()[0]!.steps).toEqual([[1, Number.NaN]]);
    db.close();
  });
});
