import { readFileSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { SynthOptions } from '../data/synth/synth-market.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { MarketData } from '../ports/market-data.ts';

/** Where a run's market data came from: a folder, or a market made from a seed. */
export type DataOrigin = { readonly folder: string } | { readonly synthetic: SynthOptions };

/** What a kept result needs to be run again. Paths below the user folder are kept relative to it, so that it may move. */
export interface StoredRun {
  readonly version: 1;
  readonly config: Config;
  readonly data: DataOrigin;
}

/** Name of the file beside `result.json`. */
export const STORED_RUN = 'run.json';

/** The text of a run's file: its merged configuration and where its data was. */
export function storedRun(config: Config, data: DataOrigin, userdir: string): string {
  const names = config.strategy === undefined ? [] : [config.strategy].flat();
  const stored: StoredRun = {
    version: 1,
    config: { ...config, strategy: names.map((name) => (isPath(name) ? inside(name, userdir) : name)) },
    data: 'folder' in data ? { folder: inside(data.folder, userdir) } : data,
  };
  return JSON.stringify(stored, null, 1);
}

/** Reads a kept run, its paths made whole again. @throws TidegateError RESULT_NO_RUN, CONFIG_VALUE when a newer Tidegate's settings do not fit */
export async function readStoredRun(folder: string, userdir: string): Promise<StoredRun> {
  const path = join(folder, STORED_RUN);
  let stored: StoredRun;
  try {
    stored = JSON.parse(readFileSync(path, 'utf8')) as StoredRun;
    if (typeof stored.data !== 'object') throw new Error('it names no data');
  } catch (cause) {
    throw new TidegateError('RESULT_NO_RUN', 'the result was kept without what is needed to run it again', {
      where: path,
      remedy: 'Run the backtest again; results kept by "tidegate backtest" and "tidegate demo" have it.',
      cause,
    });
  }
  const { configSchema } = await import('../config/schema.ts');
  const parsed = configSchema.safeParse(stored.config);
  if (!parsed.success)
    throw new TidegateError(
      'RESULT_NO_RUN',
      `the kept configuration does not fit: ${parsed.error.issues[0]!.message}`,
      {
        where: path,
        remedy: 'It was kept by another version of Tidegate; its result.json is still readable.',
      },
    );
  const names = parsed.data.strategy === undefined ? [] : [parsed.data.strategy].flat();
  return {
    version: 1,
    config: { ...parsed.data, strategy: names.map((name) => (isPath(name) ? outside(name, userdir) : name)) },
    data: 'folder' in stored.data ? { folder: outside(stored.data.folder, userdir) } : stored.data,
  };
}

/** Opens the data of a kept run. */
export async function openOrigin(origin: DataOrigin): Promise<MarketData> {
  if ('synthetic' in origin) {
    const { synthMarket } = await import('../data/synth/synth-market.ts');
    return synthMarket(origin.synthetic);
  }
  const { openData } = await import('../data/open-data.ts');
  return openData(origin.folder);
}

function isPath(name: string): boolean {
  return /[/\\]|\.[mc]?[tj]s$/.test(name);
}

/** `<userdir>/strategies/a.ts` -> `userdir:strategies/a.ts`; other paths become absolute. */
function inside(path: string, userdir: string): string {
  const whole = resolve(path);
  const within = relative(resolve(userdir), whole);
  return within.startsWith('..') || isAbsolute(within) ? whole : `userdir:${within.replaceAll('\\', '/')}`;
}

function outside(path: string, userdir: string): string {
  return path.startsWith('userdir:') ? join(resolve(userdir), path.slice('userdir:'.length)) : path;
}
