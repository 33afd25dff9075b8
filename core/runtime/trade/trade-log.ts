import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { secretStriker } from '../../foundation/redacted.ts';
import type { TradeLog } from './trade-settings.ts';

/** Size at which a log file is put aside, and how many are kept. */
const MOST_BYTES = 16 * 1024 * 1024;
const KEPT = 5;

interface TradeLogOptions {
  /** JSON lines; rotated by size. */
  readonly file: string | null;
  /** Gets each line as a person reads it; null: nobody does. */
  readonly console: ((line: string) => void) | null;
  /** Struck out wherever they turn up. */
  readonly secrets: readonly string[];
  readonly wall: () => number;
  readonly session: string;
}

/**
 * A structured log: one JSON object per line in a rotating file, and short lines for people. Secrets are struck out. A file that cannot be
 * written is told once on the console; trading does not depend on it.
 */
export function tradeLog({ file, console, secrets, wall, session }: TradeLogOptions): TradeLog {
  if (file !== null) mkdirSync(dirname(file), { recursive: true });
  let size = file !== null && existsSync(file) ? statSync(file).size : 0;
  let isBroken = false;
  const clean = secretStriker(secrets);
  return (level, event, fields = {}) => {
    const time = new Date(wall()).toISOString();
    if (console !== null && level !== 'debug') {
      const words = Object.entries(fields).map(
        ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
      );
      console(clean(`${time.slice(0, 19).replace('T', ' ')} ${level.padEnd(5)} ${event} ${words.join(' ')}`.trimEnd()));
    }
    if (file === null || isBroken) return;
    const line = `${clean(JSON.stringify({ time, level, session, event, ...fields }))}\n`;
    try {
      if (size + line.length > MOST_BYTES) {
        rotate(file);
        size = 0;
      }
      appendFileSync(file, line);
      size += line.length;
    } catch (error) {
      isBroken = true;
      console?.(`${time} error log ${clean((error as Error).message)}: no more lines are written to ${file}`);
    }
  };
}

function rotate(file: string): void {
  for (let k = KEPT - 1; k >= 1; k--) if (existsSync(`${file}.${k}`)) renameSync(`${file}.${k}`, `${file}.${k + 1}`);
  renameSync(file, `${file}.1`);
}
