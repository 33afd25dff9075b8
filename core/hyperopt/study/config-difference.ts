import { TidegateError } from '../../foundation/errors.ts';

/** One place where two configurations differ. */
export interface Difference {
  readonly path: string;
  readonly stored: unknown;
  readonly given: unknown;
}

/** Leaves at which two plain values differ, by dotted path, in order. */
export function differences(stored: unknown, given: unknown, path = ''): Difference[] {
  if (isObject(stored) && isObject(given)) {
    const keys = [...new Set([...Object.keys(stored), ...Object.keys(given)])];
    return keys.flatMap((key) => differences(stored[key], given[key], path === '' ? key : `${path}.${key}`));
  }
  return JSON.stringify(stored) === JSON.stringify(given) ? [] : [{ path, stored, given }];
}

/** @throws TidegateError HPO_STUDY_DIFFERS naming what differs */
export function refuseIfDifferent(name: string, stored: unknown, given: unknown): void {
  const found = differences(stored, given);
  if (found.length === 0) return;
  const show = (value: unknown) => (value === undefined ? 'absent' : JSON.stringify(value));
  const shown = found.slice(0, 5).map((d) => `${d.path} was ${show(d.stored)}, now ${show(d.given)}`);
  const more = found.length > 5 ? ` and ${found.length - 5} more` : '';
  throw new TidegateError(
    'HPO_STUDY_DIFFERS',
    `the stored study was made with other settings: ${shown.join('; ')}${more}`,
    {
      where: `study "${name}"`,
      remedy: 'Give the same settings to resume it, or another name to start a new study.',
      details: { differences: found },
    },
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
