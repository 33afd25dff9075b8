import { lowerBound } from '../../domain/candles.ts';
import { type Finding, when } from './finding.ts';
import type { Decision, Trace } from './record-run.ts';

/** Findings per kind and place: more of the same say nothing new. */
const MOST = 3;

/** What a run was given after the cut, and how findings say so. */
const FUTURES = { none: 'it was not', mirrored: 'it was mirrored' } as const;
export type Future = keyof typeof FUTURES;

/**
 * What a run over all data said otherwise, before `cut`, than one that knew only what was there by then. Features and signals of the candle that closes at the cut
 * are part of it; fills and answers at that very moment are left out where one run lacks them, since orders sent then are never filled.
 */
export function leaks(whole: Trace, cutRun: Trace, cut: number, candleMs: number, future: Future): Finding[] {
  const without = FUTURES[future];
  return [
    ...featureLeaks(whole, cutRun, cut - candleMs, without),
    ...decisionLeaks(whole, cutRun, cut, without),
    ...fillLeaks(whole, cutRun, cut, candleMs, without),
  ];
}

/** Features of rows that both traces have, up to the candle that opened at `last`, compared to the bit. */
function featureLeaks(whole: Trace, cutRun: Trace, last: number, without: string): Finding[] {
  const found: Finding[] = [];
  for (const [pair, { time, columns }] of cutRun.features) {
    const other = whole.features.get(pair);
    if (!other) continue;
    for (const [name, column] of Object.entries(columns)) {
      const wanted = other.columns[name];
      if (!wanted) continue;
      const shift = lowerBound(other.time, time[0] ?? 0);
      for (let i = 0; i < time.length && time[i]! <= last; i++) {
        const a = wanted[i + shift]!;
        const b = column[i]!;
        if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
        found.push({
          check: 'look-ahead',
          severity: 'fail',
          what: `the feature "${name}" is ${a} when later data is there and ${b} when ${without.replace('was', 'is')}`,
          where: `${pair}, candle of ${when(time[i]!)}`,
          remedy: 'Its value may use nothing after its own candle.',
        });
        break;
      }
    }
  }
  return found.slice(0, MOST);
}

function decisionLeaks(whole: Trace, cutRun: Trace, cut: number, without: string): Finding[] {
  const a = byMoment(whole.decisions, cut);
  const b = byMoment(cutRun.decisions, cut);
  const found: Finding[] = [];
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const one = a.get(key);
    const other = b.get(key);
    const sample = (one ?? other)![0]!;
    if (sample.time === cut && (!one || !other)) continue;
    const count =
      sample.time === cut ? Math.min(one!.length, other!.length) : Math.max(one?.length ?? 0, other?.length ?? 0);
    for (let k = 0; k < count; k++) {
      const [x, y] = [one?.[k]?.answer, other?.[k]?.answer];
      if (x === y) continue;
      found.push({
        check: 'look-ahead',
        severity: 'fail',
        what: `${sample.callback} said ${words(x)} when later data was there, and ${words(y)} when ${without}`,
        where: `${sample.pair}, candle closed ${when(sample.time)}`,
        remedy:
          'A decision may use nothing that is known only later: look for arrays kept outside the bar, indexes ahead, or files.',
      });
      break;
    }
    if (found.length === MOST) break;
  }
  return found;
}

function fillLeaks(whole: Trace, cutRun: Trace, cut: number, candleMs: number, without: string): Finding[] {
  // The last candle is left out: positions are closed at the end of data, and what would have closed them there never happens.
  const before = cut - candleMs;
  const shown = (trace: Trace) =>
    trace.fills
      .filter((fill) => fill.time < before)
      .map((f) => `${f.side} ${f.amount} ${f.pair} at ${f.price} on ${when(f.time)}`);
  const [a, b] = [shown(whole), shown(cutRun)];
  const at = a.findIndex((fill, k) => fill !== b[k]);
  const k = at < 0 && b.length > a.length ? a.length : at;
  if (k < 0) return [];
  return [
    {
      check: 'look-ahead',
      severity: 'fail',
      what: `a fill was ${a[k] ?? 'not there'} when later data was there, and ${b[k] ?? 'not there'} when ${without}`,
      where: `future taken away at ${when(cut)}`,
    },
  ];
}

function byMoment(decisions: readonly Decision[], cut: number): Map<string, Decision[]> {
  const out = new Map<string, Decision[]>();
  for (const decision of decisions) {
    if (decision.time > cut) continue;
    const key = `${decision.callback} ${decision.pair} ${decision.time}`;
    const list = out.get(key);
    if (list) list.push(decision);
    else out.set(key, [decision]);
  }
  return out;
}

function words(answer: string | undefined): string {
  return answer === undefined ? 'nothing (was not asked)' : answer === '' ? 'nothing' : answer;
}

/** Where two runs over the same data differ. */
export function nondeterminism(first: Trace, second: Trace): Finding[] {
  const k = first.decisions.findIndex((d, i) => {
    const other = second.decisions[i];
    return !other || d.answer !== other.answer || d.time !== other.time || d.callback !== other.callback;
  });
  if (k < 0 && first.decisions.length === second.decisions.length && first.hash === second.hash) return [];
  const remedy =
    'State kept outside the instance (module variables, static fields, files) survives from run to run: keep it in this.store or bar.store.';
  const a = first.decisions[k];
  const what = a
    ? `${a.callback} said ${words(a.answer)} in one run and ${words(second.decisions[k]?.answer)} in the next, over the same data`
    : `two runs over the same data gave results ${first.hash.slice(0, 12)} and ${second.hash.slice(0, 12)}`;
  return [
    {
      check: 'determinism',
      severity: 'fail',
      what,
      remedy,
      ...(a && { where: `${a.pair}, candle closed ${when(a.time)}` }),
    },
  ];
}
