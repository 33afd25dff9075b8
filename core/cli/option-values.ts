import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Option } from 'commander';
import { didYouMean, UsageError } from '../foundation/errors.ts';
import type { ModuleChoice } from '../registry/registry.ts';

/** Where a number must lie. `from` and `to` belong to the range, `above` and `below` do not. */
export interface NumberRange {
  readonly from?: number;
  readonly above?: number;
  readonly to?: number;
  readonly below?: number;
  readonly isWhole?: boolean;
}

/**
 * Reads the number that stands after an option: the parser that commander asks.
 * @param name as it is typed: `--fee`
 * @throws UsageError USAGE_NUMBER from the parser, for what is no number or lies outside of the range
 */
export function numberOf(name: string, range: NumberRange = {}): (text: string) => number {
  const { from, above, to, below, isWhole = false } = range;
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    const isLow = value < (from ?? value) || value <= (above ?? Number.NEGATIVE_INFINITY);
    const isHigh = value > (to ?? value) || value >= (below ?? Number.POSITIVE_INFINITY);
    if (Number.isFinite(value) && !isLow && !isHigh && (!isWhole || Number.isInteger(value))) return value;
    throw new UsageError('USAGE_NUMBER', `${name} cannot be "${text}"`, { remedy: `Give a ${words(range)}.` });
  };
}

/** Reads a whole number of at least `least`. @throws UsageError USAGE_NUMBER from the parser */
export function wholeOf(name: string, least: number, most?: number): (text: string) => number {
  return numberOf(name, { from: least, ...(most !== undefined && { to: most }), isWhole: true });
}

/** Reads a length of time, `90d`, `12w`, `36h`, `90m`, as ms. @throws UsageError USAGE_LENGTH from the parser */
export function lengthOf(name: string): (text: string) => number {
  return (text) => {
    const [, figures, unit] = /^(\d+(?:\.\d+)?)([mhdw])$/.exec(text.trim()) ?? [];
    if (figures !== undefined) return Number(figures) * UNITS[unit as keyof typeof UNITS];
    throw new UsageError('USAGE_LENGTH', `${name} cannot be "${text}"`, {
      remedy: 'Write a number with m, h, d or w: 90d.',
    });
  };
}

/** An option that takes a length of time; its default is shown as it would be typed. @param fallback such as `90d` */
export function lengthOption(name: string, description: string, fallback: string): Option {
  const read = lengthOf(name);
  return new Option(`${name} <length>`, description).argParser(read).default(read(fallback), fallback);
}

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** Reads one of a few words. @throws UsageError USAGE_CHOICE from the parser, the nearest word suggested */
export function choiceOf<W extends string>(name: string, choices: readonly W[]): (text: string) => W {
  return (text) => {
    const found = choices.find((choice) => choice === text);
    if (found !== undefined) return found;
    throw new UsageError('USAGE_CHOICE', `${name} cannot be "${text}"`, {
      remedy: didYouMean(text, choices) || `It is one of ${choices.join(', ')}.`,
    });
  };
}

/** Reads a list with commas; blanks about them are ignored. */
export function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/**
 * Reads a name, or a name with options as JSON: `tpe`, `ema:{"period":50}`.
 * @param otherwise what else could be written, for the error
 * @throws UsageError USAGE_MODULE when the options are no JSON object
 */
export function namedOptions(text: string, otherwise = ''): { name: string; options?: Record<string, unknown> } {
  const at = text.indexOf(':');
  if (at < 0) return { name: text.trim() };
  const name = text.slice(0, at).trim();
  try {
    const options = JSON.parse(text.slice(at + 1)) as unknown;
    if (typeof options !== 'object' || options === null || Array.isArray(options)) throw new TypeError('no object');
    return { name, options: options as Record<string, unknown> };
  } catch (cause) {
    throw new UsageError('USAGE_MODULE', `the options in "${text}" are no JSON object`, {
      remedy: `Write '${name}:{"period":14}', in quotes that your shell keeps${otherwise}.`,
      cause,
    });
  }
}

/** Reads a module as a configuration names it. @throws UsageError USAGE_MODULE */
export function moduleOf(text: string): ModuleChoice {
  const { name, options } = namedOptions(text);
  return options === undefined ? name : { ...options, name };
}

/** Collects the modules of an option that may be repeated. @throws UsageError USAGE_MODULE */
export function modulesOf(text: string, before: readonly ModuleChoice[] = []): readonly ModuleChoice[] {
  return [...before, moduleOf(text)];
}

/**
 * Reads a user folder that must be there: a mistyped one would be an empty one, in which nothing of the user's is found.
 * @throws UsageError USAGE_USERDIR, user folders beside it suggested
 */
export function userFolderOf(dir: string): string {
  if (existsSync(dir)) return dir;
  const parent = dirname(dir);
  const beside = existsSync(parent)
    ? readdirSync(parent).filter((name) => existsSync(join(parent, name, 'strategies')))
    : [];
  throw new UsageError('USAGE_USERDIR', `there is no user folder "${dir}"`, {
    where: '--userdir',
    remedy: `${didYouMean(basename(dir), beside)} "tidegate new userdir ${dir}" makes it.`.trim(),
  });
}

/** `--json` of commands that print one document. */
export const JSON_OPTION = ['--json', 'print one JSON document and nothing else'] as const;

/** Files of settings. */
export const CONFIG_OPTION = [
  '-c, --config <file>',
  "configuration (YAML or JSON) in place of the user folder's; may be given several times, later ones win",
  repeated,
] as const;

/** Reads the address of a server. @throws UsageError USAGE_URL from the parser */
function urlOf(text: string): string {
  const url = URL.parse(text);
  if (url !== null && url.hostname !== '' && /^https?:$/.test(url.protocol)) return text;
  throw new UsageError('USAGE_URL', `--url cannot be "${text}"`, {
    remedy: 'Write it with http:// or https:// and a host: http://127.0.0.1:8470.',
  });
}

/** Another server to talk to in place of the exchange. */
export const URL_OPTION = [
  '--url <url>',
  'another server that speaks the exchange\'s protocol, such as "tidegate replay"',
  urlOf,
] as const;

/** Collects the values of an option that may be repeated. */
export function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** `whole number from 2 to 50`, `number above 0 and below 1` */
function words({ from, above, to, below, isWhole }: NumberRange): string {
  const least = from !== undefined ? `from ${from}` : above !== undefined ? `above ${above}` : '';
  const most = to !== undefined ? `to ${to}` : below !== undefined ? `and below ${below}` : '';
  return [isWhole ? 'whole number' : 'number', least, most].filter(Boolean).join(' ');
}
