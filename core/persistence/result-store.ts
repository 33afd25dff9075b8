import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { didYouMean, TidegateError } from '../foundation/errors.ts';
import { type Difference, differences } from './differences.ts';
import { type ResultEntry, ResultIndex } from './result-index.ts';
import {
  DOCUMENT,
  entryOf,
  type KeptDocument,
  type KeptHead,
  makeFolder,
  notePath,
  writeResult,
} from './write-result.ts';

/** Two kept results beside each other. */
export interface ResultComparison {
  readonly a: ResultEntry;
  readonly b: ResultEntry;
  readonly isSameResult: boolean;
  readonly isSameInput: boolean;
  /** What differs in the inputs, by path. */
  readonly inputs: readonly Difference[];
  /** The main figures of both. */
  readonly figures: readonly { readonly name: string; readonly a: number | null; readonly b: number | null }[];
}

/** What two results are compared by. */
const FIGURES: readonly (readonly [
  name: string,
  of: (document: KeptHead, entry: ResultEntry) => number | null | undefined,
])[] = [
  ['finalBalance', (d) => d.finalBalance],
  ['totalReturn', (d) => d.summary.account.totalReturn],
  ['cagr', (d) => d.summary.account.cagr],
  ['maxDrawdown', (d) => d.summary.account.maxDrawdown],
  ['sharpe', (d) => d.summary.account.sharpe],
  ['sortino', (d) => d.summary.account.sortino],
  ['trades', (_, entry) => entry.trades],
  ['winRate', (d) => d.summary.trades?.winRate],
  ['profitFactor', (d) => d.summary.trades?.profitFactor],
  ['expectancy', (d) => d.summary.trades?.expectancy],
  ['fees', (d) => d.summary.fees],
  ['timeInMarket', (d) => d.summary.exposure?.timeInMarket],
];

/**
 * Keeps the results of backtests: a folder each, named for day and hash, and an index. Folders appear whole (written beside, then renamed), so
 * several processes may keep results at once and a kill leaves none half written; what the index lacks is read from the folders.
 */
export class ResultStore {
  readonly folder: string;
  readonly #index: ResultIndex;

  private constructor(folder: string, index: ResultIndex) {
    this.folder = folder;
    this.#index = index;
  }

  /** Opens (and makes) a store. @throws TidegateError RESULT_INDEX, RESULT_FOLDER */
  static open(folder: string): ResultStore {
    makeFolder(folder);
    return new ResultStore(folder, new ResultIndex(join(folder, 'index.sqlite')));
  }

  /** Keeps a result, with further texts of its folder by name, and returns its folder. */
  keep(document: KeptDocument, now: Date, files: Readonly<Record<string, string>> = {}): string {
    const entry = writeResult(this.folder, document, now, files);
    this.#index.put(entry);
    return join(this.folder, entry.id);
  }

  /** All kept results, oldest first. */
  list(): readonly ResultEntry[] {
    const known = new Map(this.#index.all().map((entry) => [entry.id, entry]));
    const folders = readdirSync(this.folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name);
    for (const id of known.keys()) {
      if (folders.includes(id)) continue;
      this.#index.remove(id);
      known.delete(id);
    }
    for (const id of folders) {
      if (known.has(id) || !existsSync(join(this.folder, id, DOCUMENT))) continue;
      const entry = this.#adopt(id);
      if (entry) known.set(id, entry);
    }
    return [...known.values()].sort((a, b) => a.keptAt - b.keptAt || a.id.localeCompare(b.id));
  }

  /**
   * A kept result (of a large one only what comes before its list of trades) by id, by a beginning of it that only it has, by a beginning of its hash, or `latest`.
   * @throws TidegateError RESULT_UNKNOWN, RESULT_AMBIGUOUS, RESULT_CORRUPT
   */
  get(wanted: string): { readonly entry: ResultEntry; readonly folder: string; readonly document: KeptHead } {
    const entry = this.#find(wanted);
    const folder = join(this.folder, entry.id);
    return { entry, folder, document: readDocument(folder, entry.hash) };
  }

  /** Sets two kept results beside each other. @throws those of `get` */
  compare(a: string, b: string): ResultComparison {
    const [first, second] = [this.get(a), this.get(b)];
    return {
      a: first.entry,
      b: second.entry,
      isSameResult: first.entry.hash === second.entry.hash,
      isSameInput: first.entry.inputHash === second.entry.inputHash,
      inputs: differences(first.document.inputs, second.document.inputs),
      figures: FIGURES.map(([name, of]) => ({
        name,
        a: of(first.document, first.entry) ?? null,
        b: of(second.document, second.entry) ?? null,
      })),
    };
  }

  /** Removes a kept result with its folder. @throws those of `get` but RESULT_CORRUPT */
  remove(wanted: string): ResultEntry {
    const entry = this.#find(wanted);
    // Out of sight first, in one step, so that nobody reads half a folder.
    const away = join(this.folder, `.removing-${process.pid}-${randomBytes(6).toString('hex')}`);
    try {
      renameSync(join(this.folder, entry.id), away);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
      const what = `the kept result "${entry.id}" has just been removed by another process`;
      throw new TidegateError('RESULT_UNKNOWN', what, { where: this.folder, remedy: 'Nothing is left to do.', cause });
    }
    this.#index.remove(entry.id);
    rmSync(away, { recursive: true, force: true });
    return entry;
  }

  close(): void {
    this.#index.close();
  }

  #find(wanted: string): ResultEntry {
    const all = this.list();
    if (wanted === 'latest' && all.length > 0) return all.at(-1)!;
    const exact = all.find((entry) => entry.id === wanted);
    if (exact) return exact;
    const near = wanted.length < 4 ? [] : all.filter((e) => e.id.startsWith(wanted) || e.hash.startsWith(wanted));
    if (near.length === 1) return near[0]!;
    if (near.length > 1)
      throw new TidegateError('RESULT_AMBIGUOUS', `"${wanted}" may be ${near.map((e) => e.id).join(' or ')}`, {
        where: this.folder,
        remedy: 'Give more of it.',
      });
    throw new TidegateError('RESULT_UNKNOWN', `there is no kept result "${wanted}"`, {
      where: this.folder,
      remedy: `${didYouMean(
        wanted,
        all.map((e) => e.id),
      )} "tidegate results list" shows all.`.trim(),
    });
  }

  /** Enters a folder that the index lacks: its writer left a note, or was killed before it could, or the index is new. */
  #adopt(id: string): ResultEntry | undefined {
    const note = notePath(this.folder, id);
    for (const read of [() => readNote(note), () => readEntry(this.folder, id)]) {
      try {
        const entry = read();
        this.#index.put(entry);
        rmSync(note, { force: true });
        return entry;
      } catch {
        // No note, or half of one; no result of ours, or damaged: `get` names it when it is asked for, the list does without it.
      }
    }
    return undefined;
  }
}

function readNote(path: string): ResultEntry {
  return JSON.parse(readFileSync(path, 'utf8')) as ResultEntry;
}

function readEntry(results: string, id: string): ResultEntry {
  const path = join(results, id, DOCUMENT);
  const document = JSON.parse(textOf(path)) as KeptHead & { readonly keptAt?: number; readonly trades?: unknown[] };
  const trades = document.trades?.length ?? document.summary.trades?.trades ?? 0;
  return entryOf(id, document.keptAt ?? statSync(path).mtimeMs, document, trades);
}

/** Bytes up to which a document is read whole: parsed, it takes some ten times as much memory, and a text has half a gigabyte at most. */
const WHOLE = 1 << 26;

/** @param hash of the result that should be there */
function readDocument(folder: string, hash: string): KeptHead {
  const path = join(folder, DOCUMENT);
  try {
    const document = JSON.parse(textOf(path)) as KeptHead;
    if (document.hash !== hash) throw new Error(`it is not that of result ${hash}`);
    return document;
  } catch (cause) {
    throw new TidegateError('RESULT_CORRUPT', 'the kept result cannot be read', {
      where: path,
      remedy: 'Remove it with "tidegate results rm", and run the backtest again.',
      cause,
    });
  }
}

/** The JSON of a document; of a large one without its trades and what follows them. */
function textOf(path: string): string {
  if (statSync(path).size <= WHOLE) return readFileSync(path, 'utf8');
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(WHOLE);
    // In a text of a user the quotes would be escaped.
    const end = head.subarray(0, readSync(file, head)).indexOf(',"trades":[');
    return `${head.toString('utf8', 0, end < 0 ? 0 : end)}}`;
  } finally {
    closeSync(file);
  }
}
