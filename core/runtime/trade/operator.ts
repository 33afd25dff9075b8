import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../../data/store/file-system.ts';
import { TidegateError } from '../../foundation/errors.ts';

/** Commands are the owner's: nobody else may write or read them. */
const PRIVATE = { mode: 0o600 };

const pair = z.string();
const strategy = z.string().optional();

/** What an operator can tell a running bot. */
export const operatorCommand = z.discriminatedUnion('command', [
  z.strictObject({ command: z.enum(['pause', 'resume', 'stop', 'reload', 'status', 'reconcile']) }),
  z.strictObject({
    command: z.literal('force-enter'),
    pair,
    strategy,
    side: z.enum(['long', 'short']).default('long'),
  }),
  z.strictObject({ command: z.literal('force-exit'), pair, strategy }),
  z.strictObject({ command: z.literal('halt'), flatten: z.boolean().default(false) }),
]);

export type OperatorCommand = z.infer<typeof operatorCommand>;

/** How long `tidegate halt` waits for its answer, ms. */
export const HALT_WAIT_MS = 150_000;

/** What a bot answers. */
export interface OperatorAnswer {
  readonly ok: boolean;
  readonly text: string;
}

/**
 * Commands reach the bot as files in a folder: who may write there may command it, so its protection is that of the folder (made for its owner
 * only). A file is renamed into place whole, carried out once, and answered by a file beside it.
 */
export class OperatorDesk {
  readonly folder: string;
  readonly #haltFile: string;

  /** @param now machine time, ms UTC */
  constructor(userdir: string, now: number) {
    this.folder = join(userdir, 'control');
    this.#haltFile = join(userdir, 'HALT');
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    // What was asked of a bot that was not there is not carried out later, but for a halt that somebody may still be waiting for: it was starting.
    for (const name of readdirSync(this.folder)) {
      const path = join(this.folder, name);
      if (!name.endsWith('.answer') && !(isHalt(path) && now - statSync(path).mtimeMs < HALT_WAIT_MS)) rmSync(path);
    }
  }

  /** Commands that wait, oldest first. Bad ones are answered at once. */
  take(): { readonly id: string; readonly command: OperatorCommand }[] {
    const found: { id: string; command: OperatorCommand }[] = [];
    if (existsSync(this.#haltFile)) {
      const text = readFileSync(this.#haltFile, 'utf8');
      rmSync(this.#haltFile);
      found.push({ id: 'HALT', command: { command: 'halt', flatten: /flatten/i.test(text) } });
    }
    for (const name of readdirSync(this.folder).sort()) {
      if (!name.endsWith('.json')) continue;
      const path = join(this.folder, name);
      const id = name.slice(0, -'.json'.length);
      const parsed = parsedCommand(readFileSync(path, 'utf8'));
      rmSync(path);
      if (parsed.success) found.push({ id, command: parsed.data });
      else this.answer(id, { ok: false, text: `no such command: ${parsed.error.issues[0]?.message ?? 'unreadable'}` });
    }
    return found;
  }

  answer(id: string, answer: OperatorAnswer): void {
    writeWhole(join(this.folder, `${id}.answer`), JSON.stringify(answer), PRIVATE);
  }
}

function isHalt(path: string): boolean {
  if (!path.endsWith('.json')) return false;
  const parsed = parsedCommand(readFileSync(path, 'utf8'));
  return parsed.success && parsed.data.command === 'halt';
}

function parsedCommand(text: string): ReturnType<typeof operatorCommand.safeParse> {
  try {
    return operatorCommand.safeParse(JSON.parse(text));
  } catch {
    return operatorCommand.safeParse(null);
  }
}

/**
 * Tells a running bot something and waits for its answer.
 * @throws TidegateError TRADE_NO_ANSWER after `waitMs`
 */
export async function tellBot(userdir: string, command: OperatorCommand, waitMs: number): Promise<OperatorAnswer> {
  const folder = join(userdir, 'control');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const id = `${process.hrtime.bigint()}-${process.pid}`;
  writeWhole(join(folder, `${id}.json`), JSON.stringify(command), PRIVATE);
  const answer = join(folder, `${id}.answer`);
  for (let waited = 0; waited < waitMs; waited += 50) {
    if (existsSync(answer)) {
      const text = readFileSync(answer, 'utf8');
      rmSync(answer);
      return JSON.parse(text) as OperatorAnswer;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  rmSync(join(folder, `${id}.json`), { force: true });
  throw new TidegateError('TRADE_NO_ANSWER', `no bot answered within ${waitMs / 1000} s`, {
    where: folder,
    remedy: 'Is it running with this --userdir? "tidegate trade" starts it.',
  });
}
