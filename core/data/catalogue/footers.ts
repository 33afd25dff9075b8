import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { sqlText, withDuck } from '../store/duck.ts';
import { isUnwritable, writeWhole } from '../store/file-system.ts';
import type { ParquetFooter } from '../store/parquet/own-parquet.ts';
import { type FileIdentity, identify } from '../store/raw-cache.ts';
import { CACHE_FOLDER } from './partitions.ts';

/** What a Parquet file's footer says: rows, and the times of the first and the last, ms UTC. */
export interface Footer {
  readonly rows: number;
  readonly first: number;
  readonly last: number;
}

type Known = Footer & Pick<FileIdentity, 'size' | 'mtime' | 'inode'>;

/**
 * Footers of a catalogue, kept in a disposable file beside it: listing what is stored opens none of its files then. An entry holds while its
 * file's size, time and inode do.
 */
export class Footers {
  readonly #root: string;
  readonly #path: string;
  readonly #known: Map<string, Known>;
  #isChanged = false;

  constructor(root: string) {
    this.#root = root;
    this.#path = join(root, CACHE_FOLDER, 'footers.json');
    this.#known = readKnown(this.#path);
  }

  /** The footer of a file, or null when the file is damaged. */
  async of(path: string): Promise<Footer | null> {
    const known = this.#fresh(path);
    if (known) return known;
    await this.learn([path]);
    return this.#fresh(path);
  }

  /** Reads the footers of files that are not known yet; those that are not ours many at once: each question costs far more than a file. */
  async learn(paths: readonly string[]): Promise<void> {
    const unknown = paths.filter((path) => !this.#fresh(path));
    if (unknown.length === 0) return;
    const { ownFooter } = await import('../store/parquet/own-parquet.ts');
    const others: string[] = [];
    for (const path of unknown) {
      // Before it is read: what replaces it meanwhile is another file.
      const identity = identify(path);
      const footer = ownSpan(ownFooter, path);
      if (footer) this.#keep(path, footer, identity);
      else others.push(path);
    }
    for (let at = 0; at < others.length; at += AT_ONCE) {
      const asked = others.slice(at, at + AT_ONCE);
      const identities = new Map(asked.map((path) => [path, identify(path)]));
      for (const [path, footer] of await readByDuck(asked)) this.#keep(path, footer, identities.get(path) ?? null);
    }
  }

  #keep(path: string, footer: Footer, identity: FileIdentity | null): void {
    if (identity) this.#known.set(relative(this.#root, path), { ...footer, ...identity });
    this.#isChanged = true;
  }

  /** What is known of a file as it is now. */
  #fresh(path: string): Known | null {
    const identity = identify(path);
    const known = this.#known.get(relative(this.#root, path));
    const isSame =
      known?.size === identity?.size && known?.mtime === identity?.mtime && known?.inode === identity?.inode;
    return (isSame && known) || null;
  }

  /** Keeps what was learned. A folder that cannot be written just means no cache. */
  save(): void {
    if (!this.#isChanged) return;
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      writeWhole(this.#path, JSON.stringify(Object.fromEntries(this.#known)));
      this.#isChanged = false;
    } catch (error) {
      if (!isUnwritable(error)) throw error;
    }
  }
}

function readKnown(path: string): Map<string, Known> {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(path, 'utf8')) as Record<string, Known>));
  } catch {
    // Absent or damaged: it is only a cache.
    return new Map();
  }
}

/** The footer of a file of ours that says all of it; DuckDB tells whether another one can be read at all. */
function ownSpan(ownFooter: (path: string) => ParquetFooter | null, path: string): Footer | null {
  try {
    const footer = ownFooter(path);
    return footer?.span ? { rows: footer.rows, first: footer.span[0], last: footer.span[1] } : null;
  } catch {
    return null;
  }
}

/** Files asked about in one question. */
const AT_ONCE = 500;

/** Footers by path. A damaged file spoils the question: then each half is asked about for itself, and the file has none. */
async function readByDuck(paths: readonly string[]): Promise<readonly (readonly [string, Footer])[]> {
  try {
    return await withDuck(async (duck) => {
      const result = await duck.runAndReadAll(
        `SELECT file_name, sum(row_group_num_rows)::DOUBLE, min(epoch_us(stats_min_value::TIMESTAMP))::DOUBLE / 1e3,
           max(epoch_us(stats_max_value::TIMESTAMP))::DOUBLE / 1e3
         FROM parquet_metadata([${paths.map(sqlText).join(', ')}]) WHERE path_in_schema = 'time' GROUP BY file_name`,
      );
      return result
        .getRows()
        .map(([path, rows, first, last]) => [
          String(path),
          { rows: Number(rows), first: Number(first), last: Number(last) },
        ]);
    });
  } catch {
    // Whatever DuckDB says of a file that it cannot open: the caller reports the path as damaged.
    if (paths.length === 1) return [];
    const middle = paths.length >> 1;
    return [...(await readByDuck(paths.slice(0, middle))), ...(await readByDuck(paths.slice(middle)))];
  }
}
