import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { sqlText, withDuck } from '../store/duck.ts';
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
 * Footers of a catalogue, kept in a disposable file beside it: listing what is stored needs no Parquet reader then, which takes a tenth of a second
 * and 100 MB to load. An entry holds while its file's size, time and inode do.
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
    const name = relative(this.#root, path);
    const identity = identify(path);
    const known = this.#known.get(name);
    if (
      identity &&
      known &&
      known.size === identity.size &&
      known.mtime === identity.mtime &&
      known.inode === identity.inode
    )
      return known;
    const footer = await readFooter(path);
    if (footer && identity) {
      this.#known.set(name, { ...footer, ...identity });
      this.#isChanged = true;
    }
    return footer;
  }

  /** Keeps what was learned. A folder that cannot be written just means no cache. */
  save(): void {
    if (!this.#isChanged) return;
    const temporary = `${this.#path}.${process.pid}.tmp`;
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      writeFileSync(temporary, JSON.stringify(Object.fromEntries(this.#known)));
      renameSync(temporary, this.#path);
      this.#isChanged = false;
    } catch (error) {
      rmSync(temporary, { force: true });
      if (!/^(EACCES|EROFS|ENOSPC|EPERM|EDQUOT)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
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

async function readFooter(path: string): Promise<Footer | null> {
  try {
    return await withDuck(async (duck) => {
      const result = await duck.runAndReadAll(
        `SELECT sum(row_group_num_rows)::DOUBLE, min(epoch_us(stats_min_value::TIMESTAMP))::DOUBLE / 1e3,
           max(epoch_us(stats_max_value::TIMESTAMP))::DOUBLE / 1e3
         FROM parquet_metadata(${sqlText(path)}) WHERE path_in_schema = 'time'`,
      );
      const [rows, first, last] = result.getRows()[0]!;
      return rows === null ? null : { rows: Number(rows), first: Number(first), last: Number(last) };
    });
  } catch {
    // Whatever DuckDB says of a file that it cannot open: the caller reports the path as damaged.
    return null;
  }
}
