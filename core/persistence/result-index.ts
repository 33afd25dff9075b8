import Database from 'better-sqlite3';
import type { RunInputs } from '../domain/run-result.ts';
import { TidegateError } from '../foundation/errors.ts';
import { messageOf } from '../foundation/message-of.ts';

/** What the index says of a kept result. Times ms UTC, money in stake currency, ratios as fractions; null where undefined. */
export interface ResultEntry {
  readonly id: string;
  readonly keptAt: number;
  readonly hash: string;
  readonly inputHash: string;
  readonly strategies: readonly string[];
  readonly pairs: readonly string[];
  readonly timeframe: string;
  readonly from: number;
  readonly to: number;
  readonly fills: RunInputs['fills'];
  readonly dataKind: RunInputs['dataKind'];
  readonly stakeCurrency: string;
  readonly trades: number;
  readonly finalBalance: number;
  readonly totalReturn: number | null;
  readonly maxDrawdown: number | null;
  readonly sharpe: number | null;
}

const SCHEMA = `CREATE TABLE IF NOT EXISTS result (
  id TEXT PRIMARY KEY, kept_at INTEGER NOT NULL, hash TEXT NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS result_by_hash ON result (hash);`;
const VERSION = 1;

/** The SQLite index beside the result folders: disposable, since every row can be read again from its folder. */
export class ResultIndex {
  readonly #db: Database.Database;

  /** @throws TidegateError RESULT_INDEX when the file is no index, or of a newer version */
  constructor(path: string) {
    try {
      this.#db = new Database(path, { timeout: 10_000 });
      this.#db.pragma('journal_mode = WAL');
      const version = this.#db.pragma('user_version', { simple: true }) as number;
      if (version > VERSION) throw new Error(`it is of version ${version}, this Tidegate knows ${VERSION}`);
      this.#db.exec(SCHEMA);
      const state = this.#db.pragma('quick_check', { simple: true });
      if (state !== 'ok') throw new Error('it is damaged');
      if (version < VERSION) this.#db.pragma(`user_version = ${VERSION}`);
    } catch (cause) {
      throw new TidegateError('RESULT_INDEX', `the index of results cannot be opened: ${messageOf(cause)}`, {
        where: path,
        remedy: /^SQLITE_(CANTOPEN|READONLY|FULL)/.test((cause as { readonly code?: string }).code ?? '')
          ? 'Its folder must be writable for this user, with space left on the disk.'
          : 'Move the file away: it is made again from the result folders.',
        cause,
      });
    }
  }

  put(entry: ResultEntry): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO result (id, kept_at, hash, body) VALUES (?, ?, ?, ?)')
      .run(entry.id, entry.keptAt, entry.hash, JSON.stringify(entry));
  }

  remove(id: string): void {
    this.#db.prepare('DELETE FROM result WHERE id = ?').run(id);
  }

  /** Oldest first. */
  all(): ResultEntry[] {
    const rows = this.#db.prepare('SELECT body FROM result ORDER BY kept_at, id').all() as { body: string }[];
    return rows.map((row) => JSON.parse(row.body) as ResultEntry);
  }

  close(): void {
    this.#db.close();
  }
}
