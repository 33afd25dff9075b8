import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../foundation/errors.ts';
import { pulseOf } from './heartbeat.ts';

/** Where a bot keeps what is its own (database, log, pulse, commands): the user folder, or one inside it for each of several bots. */
export function botFolder(userdir: string, bot?: string): string {
  return bot === undefined ? userdir : join(userdir, 'bots', bot);
}

/** Folders of the bots that run with a user folder, in order of name: its own, and those of several bots in one process. */
export function runningBots(userdir: string, now: number): string[] {
  const several = join(userdir, 'bots');
  const names = existsSync(several) ? readdirSync(several).sort() : [];
  return [userdir, ...names.map((name) => botFolder(userdir, name))].filter((folder) => pulseOf(folder, now) !== null);
}

/**
 * `bybit=bybit.yaml,common.yaml`: a bot's name and its configuration files.
 * @throws UsageError USAGE_BOT for anything else
 */
export function parseBot(text: string): { readonly name: string; readonly files: readonly string[] } {
  const match = /^([a-z][a-z0-9_-]{0,30})=(.+)$/.exec(text);
  if (match) return { name: match[1]!, files: match[2]!.split(',') };
  throw new UsageError('USAGE_BOT', `"${text}" does not name a bot`, {
    where: '--bot',
    remedy:
      'Write NAME=FILE or NAME=FILE,FILE, the name in small letters and digits: --bot bybit=user_data/bybit.yaml.',
  });
}
