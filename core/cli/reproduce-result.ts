import { resolve } from 'node:path';
import type { RunResult } from '../domain/run-result.ts';
import { timeframe } from '../domain/timeframe.ts';
import { type Difference, differences } from '../persistence/differences.ts';
import type { ResultStore } from '../persistence/result-store.ts';
import { assembleBacktest } from '../runtime/assemble.ts';
import { hashOf } from '../runtime/result-of.ts';
import { runWithBar } from './run-and-report.ts';
import { openOrigin, readStoredRun } from './stored-run.ts';

/** Whether a kept result came out again, and what differs in its inputs where they do. */
export interface Reproduction {
  readonly hash: string;
  readonly isSameResult: boolean;
  readonly isSameInput: boolean;
  readonly inputs: readonly Difference[];
}

/** Runs a kept result again from its stored configuration, up to the candle at which it ended. @throws TidegateError RESULT_NO_RUN and those of a run */
export async function reproduceResult(
  { entry, document, folder }: ReturnType<ResultStore['get']>,
  userdir: string,
  isQuiet: boolean,
): Promise<Reproduction> {
  const { config, data } = await readStoredRun(folder, userdir);
  const dataFolder = 'folder' in data ? data.folder : '';
  if (entry.fills === 'book') {
    const { assembleTicks } = await import('../runtime/ticks/assemble-ticks.ts');
    const { runTicks } = await import('../runtime/ticks/tick-run.ts');
    const options = await assembleTicks({ ...config, pairs: [...entry.pairs] }, { userdir, dataFolder });
    return verdictOn((await runTicks(options)).result, entry, document);
  }
  // A run without any stored data used the market that stands in for it, and so does this one.
  const isDefaultFolder =
    'folder' in data && entry.dataKind === 'synthetic' && resolve(data.folder) === resolve(userdir, 'data');
  const opened = isDefaultFolder ? undefined : await openOrigin(data);
  const options = await assembleBacktest(config, { userdir, dataFolder, isDefaultFolder }, opened);
  // Candles that came after the run are no part of it: the end is that of its last candle, inclusive under the freqtrade profile.
  const to = entry.to + timeframe(entry.timeframe).ms - (entry.fills === 'freqtrade' ? 1 : 0);
  const { result } = await runWithBar({ ...options, pairs: entry.pairs, to }, 'reproduce', isQuiet);
  return verdictOn(result, entry, document);
}

function verdictOn(
  result: Pick<RunResult, 'hash' | 'inputs'>,
  entry: ReturnType<ResultStore['get']>['entry'],
  document: ReturnType<ResultStore['get']>['document'],
): Reproduction {
  const inputs = differences(document.inputs, JSON.parse(JSON.stringify(result.inputs)));
  return {
    hash: result.hash,
    isSameResult: result.hash === entry.hash,
    isSameInput: hashOf(result.inputs) === entry.inputHash,
    inputs,
  };
}
