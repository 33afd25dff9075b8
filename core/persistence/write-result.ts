import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunInputs } from '../domain/run-result.ts';
import { TidegateError } from '../foundation/errors.ts';
import { jsonPieces } from '../foundation/json-pieces.ts';
import type { ResultEntry } from './result-index.ts';
import { writeDurably } from './write-durably.ts';

type CurveFigures = Readonly<Record<'totalReturn' | 'cagr' | 'maxDrawdown' | 'sharpe' | 'sortino', number>>;

/** The part of a result document that the store looks at; the rest is kept as it is. */
export interface KeptDocument {
  readonly hash: string;
  readonly inputHash: string;
  readonly inputs: RunInputs;
  readonly finalBalance: number;
  readonly trades: readonly unknown[];
  readonly summary: {
    readonly account: Pick<CurveFigures, 'totalReturn' | 'maxDrawdown' | 'sharpe'> & Partial<CurveFigures>;
    readonly trades?: {
      readonly trades?: number;
      readonly winRate: number;
      readonly profitFactor: number;
      readonly expectancy: number;
    };
    readonly fees?: number;
    readonly exposure?: { readonly timeInMarket: number };
  };
}

/** What a document says before its lists. */
export type KeptHead = Omit<KeptDocument, 'trades'>;

/** Name of the document in its folder. */
export const DOCUMENT = 'result.json';

/**
 * Keeps a result in a folder of its own, named for day and hash, and returns what the index is to say of it. The folder appears whole (written
 * beside, then renamed).
 * @param results the folder of all results, made where it is missing
 * @param now the moment of keeping
 * @param files further texts of the folder by name, such as what is needed to run it again
 * @throws TidegateError RESULT_FOLDER
 */
export function writeResult(
  results: string,
  document: KeptDocument,
  now: Date,
  files: Readonly<Record<string, string>> = {},
): ResultEntry {
  makeFolder(results);
  const temporary = join(results, `.writing-${process.pid}-${randomBytes(6).toString('hex')}`);
  mkdirSync(temporary);
  try {
    for (const [name, text] of Object.entries(files)) writeDurably(join(temporary, name), text);
    const entry = entryOf(idOf(document, now), now.getTime(), document, document.trades.length);
    writeDurably(join(temporary, DOCUMENT), jsonPieces({ keptAt: now.getTime(), ...document }));
    return { ...entry, id: moveIn(results, temporary, entry.id) };
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** Bytes that are copied at a time. */
const PIECE = 1 << 20;

/** Copies a kept document, but for the moment of keeping: the same run gives the same file. Writing it anew would take ten times as long. */
export function copyDocument(folder: string, path: string): void {
  const from = openSync(join(folder, DOCUMENT), 'r');
  const to = openSync(path, 'w');
  const room = Buffer.allocUnsafe(PIECE);
  try {
    let length = readSync(from, room);
    const [kept = ''] = /^\{"keptAt":\d+,/.exec(room.toString('latin1', 0, 64)) ?? [];
    writeFileSync(to, kept && '{');
    for (let at = kept.length; length > 0; length = readSync(from, room)) {
      writeFileSync(to, room.subarray(at, length));
      at = 0;
    }
  } finally {
    closeSync(from);
    closeSync(to);
  }
}

/** Leaves a note of a result for the index, which takes it up when somebody asks for results: a run that only keeps its own opens no database. */
export function noteResult(results: string, entry: ResultEntry): void {
  writeFileSync(notePath(results, entry.id), JSON.stringify(entry));
}

/** Where the note of a result is until it is taken up. */
export function notePath(results: string, id: string): string {
  return join(results, `.kept-${id}.json`);
}

/** Makes the folder of all results. @throws TidegateError RESULT_FOLDER */
export function makeFolder(results: string): void {
  try {
    mkdirSync(results, { recursive: true });
  } catch (cause) {
    throw new TidegateError('RESULT_FOLDER', 'the folder of results cannot be made', {
      where: results,
      remedy: 'Check its permissions, or give another --userdir.',
      cause,
    });
  }
}

/** Gives the folder its final name: the first free one of id, id-2, id-3, … */
function moveIn(results: string, temporary: string, id: string): string {
  for (let attempt = 1; ; attempt++) {
    const name = attempt === 1 ? id : `${id}-${attempt}`;
    try {
      renameSync(temporary, join(results, name));
      return name;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      const isTaken =
        code === 'ENOTEMPTY' || code === 'EEXIST' || (code === 'EPERM' && existsSync(join(results, name)));
      if (!isTaken) throw error;
    }
  }
}

/** `20240305-3f9a2c1d`: day of keeping and beginning of the result's hash. */
function idOf(document: KeptDocument, now: Date): string {
  return `${now.toISOString().slice(0, 10).replaceAll('-', '')}-${document.hash.slice(0, 8)}`;
}

/** What the index says of a document. */
export function entryOf(id: string, keptAt: number, document: KeptHead, trades: number): ResultEntry {
  const { inputs } = document;
  const { totalReturn, maxDrawdown, sharpe } = document.summary.account;
  const finite = (value: number | null) => (typeof value === 'number' && Number.isFinite(value) ? value : null);
  return {
    id,
    keptAt,
    hash: document.hash,
    inputHash: document.inputHash,
    strategies: inputs.strategies,
    pairs: inputs.pairs,
    timeframe: inputs.timeframe,
    from: inputs.from,
    to: inputs.to,
    fills: inputs.fills,
    dataKind: inputs.dataKind,
    stakeCurrency: inputs.stakeCurrency,
    trades,
    finalBalance: document.finalBalance,
    totalReturn: finite(totalReturn),
    maxDrawdown: finite(maxDrawdown),
    sharpe: finite(sharpe),
  };
}
