import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../../data/store/file-system.ts';

/** What a running bot says of itself every few seconds. Times ms UTC, machine time. */
export interface Pulse {
  readonly pid: number;
  readonly at: number;
  readonly mode: string;
  readonly account: string;
  readonly isHalted: boolean;
  readonly equity: number;
  readonly openPositions: readonly string[];
  /** Time of the last candle that was processed, of the market. */
  readonly lastCandle: number;
}

const FRESH_MS = 15_000;

/** Shows that the bot is alive: a file for people and tools, and systemd's watchdog where the service asks for it. */
export class Heartbeat {
  readonly #file: string;
  readonly #isWatched: boolean;

  constructor(userdir: string, environment: Readonly<Record<string, string | undefined>>) {
    this.#file = join(userdir, 'trade.json');
    this.#isWatched = environment.NOTIFY_SOCKET !== undefined;
  }

  beat(pulse: Pulse): void {
    try {
      writeWhole(this.#file, JSON.stringify(pulse));
    } catch {
      // A full disk ends the bot where it matters, at the store, which says so; a pulse that is not written must not end it before.
    }
    this.notify('WATCHDOG=1');
  }

  /** Tells systemd something (`READY=1`, `STOPPING=1`). Node speaks no datagrams on unix sockets: systemd's own tool does. */
  notify(state: string): void {
    if (!this.#isWatched) return;
    execFile('systemd-notify', [`--pid=${process.pid}`, state], () => {
      // Without the tool there is no watchdog: the service's own time-out will show it.
    });
  }

  /** @param isReload another session follows at once: whoever tells the bot something meanwhile is to wait for that */
  end(isReload: boolean): void {
    if (isReload) return;
    rmSync(this.#file, { force: true });
    this.notify('STOPPING=1');
  }
}

/** The last pulse of the bot of a user folder, or null when none is alive. */
export function pulseOf(userdir: string, now: number): Pulse | null {
  const file = join(userdir, 'trade.json');
  if (!existsSync(file)) return null;
  try {
    const pulse = JSON.parse(readFileSync(file, 'utf8')) as Pulse;
    return now - pulse.at < FRESH_MS ? pulse : null;
  } catch {
    return null;
  }
}
