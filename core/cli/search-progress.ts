import type { Objective, Trial } from '../hyperopt/index.ts';
import { duration, fall, number, signedPercent } from '../report/format.ts';
import type { TrialMetrics } from '../runtime/hyperopt/trial-report.ts';

/** What a search shows while it runs. */
export interface SearchProgress {
  trial(trial: Trial): void;
  stop(): void;
}

const REDRAW_MS = 200;
/** Rates are measured over this time, so that the time left follows the pace of now. */
const PACE_MS = 30_000;

/**
 * A line on standard error with trials done, trials a second and time left, and above it a row for each trial that was better than all before.
 * Nothing where standard error is no terminal.
 */
export function searchProgress(name: string, objective: Objective, total: number, isQuiet: boolean): SearchProgress {
  const out = process.stderr;
  if (isQuiet || !out.isTTY) return { trial: () => {}, stop: () => {} };
  const sign = objective.direction === 'maximize' ? -1 : 1;
  let best = Number.POSITIVE_INFINITY;
  let done = 0;
  let failed = 0;
  let bestText = '';
  const ends: number[] = [];
  const clear = () => out.write('\r\x1b[K');
  const draw = () => {
    const now = performance.now();
    while (ends.length > 1 && now - ends[0]! > PACE_MS) ends.shift();
    const pace = ends.length > 1 ? ((ends.length - 1) * 1000) / (now - ends[0]!) : Number.NaN;
    const left = pace > 0 ? duration(Math.max(0, ((total - done) / pace) * 1000)) : '–';
    const line = `${name}  ${done}/${total}  ${number(pace, 1)} trials/s  ${left} left${failed ? `  ${failed} failed` : ''}${bestText}`;
    clear();
    out.write(line.slice(0, Math.max(20, out.columns - 1)));
  };
  const timer = setInterval(draw, REDRAW_MS);
  timer.unref();
  out.write(
    `${['trial', objective.name, 'profit', 'drawdown', 'trades'].map((h, k) => h.padStart(k === 1 ? 14 : 10)).join('')}\n`,
  );
  return {
    trial(trial) {
      done = Math.max(done, trial.number + 1);
      ends.push(performance.now());
      if (trial.state === 'failed') failed++;
      const isFeasible = trial.state === 'complete' && trial.constraints.every((c) => c <= 0);
      if (!isFeasible || !(sign * trial.values[0]! < best)) return;
      best = sign * trial.values[0]!;
      const m = trial.attrs as unknown as TrialMetrics;
      bestText = `  best ${number(trial.values[0]!, 3)} (#${trial.number})`;
      clear();
      out.write(
        `${String(trial.number).padStart(10)}${number(trial.values[0]!, 4).padStart(14)}${signedPercent(m.profit).padStart(10)}${fall(m.drawdown).padStart(10)}${number(m.trades, 0).padStart(10)}\n`,
      );
    },
    stop() {
      clearInterval(timer);
      clear();
    },
  };
}
