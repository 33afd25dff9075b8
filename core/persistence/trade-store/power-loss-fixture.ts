import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rng } from '../../foundation/rng.ts';
import { openForWriting } from './connection.ts';

// The model of a power loss. A disk keeps what was written before the last sync of a file. Of what was written to it since then it keeps any part:
// each sector of 512 bytes is there or not, whatever the order of the writes. Names of files are on the disk as soon as they are made, and the
// shared-memory file is lost. Sectors are written whole.

/** A step of a recorded session: bytes at a place, a sync, a new length, a file's end, or the acknowledgement of a batch. */
export type LogStep =
  | { readonly file: string; readonly at: number; readonly bytes: Uint8Array }
  | { readonly file: string; readonly sync: true }
  | { readonly file: string; readonly length: number }
  | { readonly file: string; readonly removed: true }
  | { readonly acknowledged: number };

const SECTOR = 512;

/** A file as the disk has it, and what it may or may not have. */
class DiskFile {
  durable: Uint8Array<ArrayBuffer>;
  pending: Extract<LogStep, { bytes: unknown } | { length: number }>[] = [];

  constructor(bytes: Uint8Array) {
    this.durable = Uint8Array.from(bytes);
  }

  sync(): void {
    this.durable = this.image(() => true);
    this.pending = [];
  }

  image(keeps: () => boolean): Uint8Array<ArrayBuffer> {
    let bytes = this.durable.slice();
    for (const step of this.pending) {
      if ('length' in step) {
        if (keeps()) bytes = grown(bytes, step.length).slice(0, step.length);
        continue;
      }
      for (let from = 0; from < step.bytes.length; from += SECTOR) {
        if (!keeps()) continue;
        const part = step.bytes.subarray(from, from + SECTOR);
        bytes = grown(bytes, step.at + from + part.length);
        bytes.set(part, step.at + from);
      }
    }
    return bytes;
  }
}

function grown(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  if (bytes.length >= length) return bytes;
  const out = new Uint8Array(length);
  out.set(bytes);
  return out;
}

/**
 * Cuts a recorded session before each sync and each acknowledgement, makes the files that a disk could then hold, and opens them: SQLite recovers.
 * @param initial files that the disk holds before it
 * @returns how many states were opened; and what was wrong with them: nothing, one hopes
 */
export function cutEverywhere(
  log: readonly LogStep[],
  initial: ReadonlyMap<string, Uint8Array>,
  folder: string,
  rng: Rng,
  draws: number,
): { readonly states: number; readonly problems: readonly string[] } {
  const files = new Map([...initial].map(([name, bytes]) => [name, new DiskFile(bytes)]));
  const problems: string[] = [];
  let states = 0;
  let acknowledged = 0;
  for (const step of log) {
    if ('sync' in step || 'acknowledged' in step) {
      const luck = [() => false, () => true, ...Array.from({ length: draws }, () => () => rng.next() < 0.5)];
      for (const keeps of luck) {
        states++;
        const problem = openCut(files, folder, acknowledged, keeps);
        if (problem !== null) problems.push(`state ${states}, ${acknowledged} acknowledged: ${problem}`);
      }
    }
    if ('acknowledged' in step) {
      acknowledged = step.acknowledged;
      continue;
    }
    const file = files.get(step.file) ?? new DiskFile(new Uint8Array(0));
    files.set(step.file, file);
    if ('removed' in step) files.delete(step.file);
    else if ('sync' in step) file.sync();
    else file.pending.push(step);
  }
  return { states, problems };
}

/** Null, or what is wrong with the database after a cut. Batch k made order k and decision `k`. */
function openCut(
  files: ReadonlyMap<string, DiskFile>,
  folder: string,
  acknowledged: number,
  keeps: () => boolean,
): string | null {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, file] of files) writeFileSync(join(folder, name), file.image(keeps));
  try {
    const db = openForWriting(join(folder, 'trades.sqlite'), 'FULL');
    try {
      const sound = db.pragma('integrity_check', { simple: true });
      if (sound !== 'ok') return `integrity_check says ${String(sound)}`;
      // The first cuts come before the tables are there.
      if (db.pragma('user_version', { simple: true }) === 0) return acknowledged === 0 ? null : 'there are no tables';
      const decisions = db
        .prepare('SELECT CAST(reason AS INTEGER) FROM decision ORDER BY seq')
        .pluck()
        .all() as number[];
      const orders = db.prepare('SELECT id FROM orders ORDER BY id').pluck().all() as number[];
      if (decisions.some((k, i) => k !== i + 1)) return `decisions have a gap: ${decisions.join()}`;
      if (decisions.join() !== orders.join())
        return `half a batch: decisions ${decisions.join()}, orders ${orders.join()}`;
      return decisions.length < acknowledged ? `only ${decisions.length} batches are there` : null;
    } finally {
      db.close();
    }
  } catch (error) {
    return String(error);
  }
}
