import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { TidegateError } from '../foundation/errors.ts';
import { openStudyFile, type StudyStore, sqliteStore } from '../hyperopt/index.ts';
import { number, percent, signedPercent } from '../report/format.ts';
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
  close(): void;
}

/** One study per window or split, in a file of their own: what was broken off goes on where it was. Ctrl-C stops after the trials that run. */
export function manyStudies(
  { plan, identity, space }: LoadedSearch,
  about: Readonly<Record<string, unknown>>,
  { userdir, json }: { readonly userdir: string; readonly json?: boolean },
  word: string,
): ManyStudies {
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
    close() {
      process.removeListener('SIGINT', onInterrupt);
      db.close();
    },
  };
}

/** A curve in a line. */
export function curveLine(name: string, curve: WalkCurve): string {
  return `${name.padEnd(22)}${signedPercent(curve.totalReturn).padStart(10)}   drawdown ${percent(curve.maxDrawdown)}   Sharpe ${number(curve.sharpePerDay * Math.sqrt(365))} a year, above zero with probability ${percent(curve.probabilistic, 1)}`;
}

/** A report as JSON, without the trials' daily returns. */
export function jsonOf(report: unknown): string {
  return JSON.stringify(report, (key, value: unknown) =>
    key === 'returns' ? undefined : value instanceof Float64Array ? Array.from(value) : value,
  );
}

/** `90d`, `12w`, `36h`, `90m` as ms. @throws TidegateError CONFIG_VALUE */
export function lengthOf(text: string, name: string): number {
  const match = /^(\d+(?:\.\d+)?)([mhdw])$/.exec(text.trim());
  if (!match)
    throw new TidegateError('CONFIG_VALUE', `--${name} cannot be "${text}"`, {
      remedy: 'Write a number with m, h, d or w: 90d.',
    });
  return (
    Number(match[1]) * { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }[match[2] as 'm' | 'h' | 'd' | 'w']
  );
}
