import { resolve } from 'node:path';
import type { Finding } from './finding.ts';
import type { OutsideUse } from './guard-globals.ts';

const REMEDY: Readonly<Record<string, string>> = {
  clock: 'Use the time that the callback is told: bar.candle.closeTime, context.time.',
  randomness: 'Use a seeded generator kept in this.store: seeded("my-idea").',
  'outside data':
    'What a file says may come from the future, and no cut of the data can show it. Let data come in as a source module, or as features.',
};

/**
 * What the use of clock, chance and files means. A file that was named in a parameter is the user's own input: it is noted, not held against
 * the strategy, since nobody can say from outside what it knows.
 */
export function outsideFindings(uses: readonly OutsideUse[], parameters: Readonly<Record<string, unknown>>): Finding[] {
  const named = new Set(Object.values(parameters).flatMap((v) => (typeof v === 'string' ? [resolve(v)] : [])));
  return uses.map(({ check, what, where, path }): Finding => {
    const isNamed = path !== undefined && named.has(resolve(path));
    return {
      check,
      severity: isNamed ? 'warn' : 'fail',
      what: isNamed
        ? `it reads ${path}, as its parameter says: whether what stands there was known at its times, only its maker can say`
        : `it uses ${what}${path === undefined ? '' : ` on ${path}`}`,
      where,
      ...(!isNamed && REMEDY[check] && { remedy: REMEDY[check] }),
    };
  });
}
