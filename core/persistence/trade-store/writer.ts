import type Database from 'better-sqlite3';
import type { RecoveredState, SessionStart, StoreBatch } from '../../ports/trade-store.ts';
import { openForWriting } from './connection.ts';
import { Guard } from './guard.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import { beginSession, lastOf, metaOf } from './recover.ts';
import { BatchStatements } from './statements.ts';

/** Groups between checkpoints. A group writes a handful of pages, so the log stays at some megabytes. */
const CHECKPOINT_EVERY = 256;

/** The writing side of the store, synchronous: what the writer thread runs. One per database, which the guard sees to. */
export class TradeWriter {
  readonly recovered: RecoveredState;
  readonly #guard: Guard;
  readonly #full: Database.Database;
  readonly #quotes: Database.Database;
  readonly #writeFull: BatchStatements;
  readonly #writeQuotes: BatchStatements;
  readonly #count: Database.Statement;
  #groups = 0;

  /** @throws what SQLite throws, and the errors of `migrate` and `openForWriting` */
  constructor(path: string, start: SessionStart) {
    this.#guard = new Guard(path);
    const opened: Database.Database[] = [];
    try {
      this.#full = openForWriting(path, 'FULL');
      opened.push(this.#full);
      migrate(this.#full, path, MIGRATIONS, start.at);
      this.recovered = beginSession(this.#full, this.#guard, start);
      this.#quotes = openForWriting(path, 'NORMAL');
      opened.push(this.#quotes);
      this.#writeFull = new BatchStatements(this.#full, this.recovered.session.id);
      this.#writeQuotes = new BatchStatements(this.#quotes, this.recovered.session.id);
      this.#count = this.#full.prepare("UPDATE meta SET value = CAST(value + 1 AS TEXT) WHERE name = 'commits'");
    } catch (error) {
      for (const db of opened) db.close();
      this.#guard.close();
      throw error;
    }
  }

  /**
   * Writes batches in one transaction, synced once unless all of them are quotes. Nothing of the group is kept when one fails.
   * @returns the number of the last journalled event
   */
  commit(batches: readonly StoreBatch[]): number {
    const isQuotes = batches.every(mayWait);
    const db = isQuotes ? this.#quotes : this.#full;
    const statements = isQuotes ? this.#writeQuotes : this.#writeFull;
    this.#groups++;
    return db
      .transaction(() => {
        for (const batch of batches) statements.write(batch);
        if (!isQuotes) this.#count.run();
        return lastOf(db, 'journal');
      })
      .immediate();
  }

  /** To be called when nothing waits: moves the log into the database now and then, outside commits. */
  rest(): void {
    if (this.#groups < CHECKPOINT_EVERY) return;
    this.checkpoint();
  }

  checkpoint(): void {
    this.#groups = 0;
    this.#full.pragma('wal_checkpoint(PASSIVE)');
    const { installId, epoch, session } = this.recovered;
    this.#guard.write({ installId, epoch, session: session.id, commits: Number(metaOf(this.#full, 'commits')) });
  }

  /** Holds the database to a size, in pages of 4 KiB: beyond it, it is as if the disk were full. */
  limitPages(pages: number): void {
    this.#full.pragma(`max_page_count = ${pages}`);
    this.#quotes.pragma(`max_page_count = ${pages}`);
  }

  /** Ends the session and closes. */
  end(at: number): void {
    this.#full.prepare('UPDATE session SET ended_at = ? WHERE id = ?').run(at, this.recovered.session.id);
    this.checkpoint();
    this.abandon();
  }

  /** Closes without a word, as after a failure. */
  abandon(): void {
    this.#quotes.close();
    this.#full.close();
    this.#guard.close();
  }
}

/** Fills are money: they never wait for a later sync, whatever the batch says. */
function mayWait({ durability, fills, trades }: StoreBatch): boolean {
  return durability === 'quotes' && !fills?.length && !trades?.length;
}
