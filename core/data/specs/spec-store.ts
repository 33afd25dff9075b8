import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { messageOf } from '../../foundation/message-of.ts';
import type { SpecFound } from '../../ports/market-data.ts';
import type { FileSystem } from '../store/file-system.ts';
import { entriesOf } from '../store/folder-entries.ts';
import { withFolderLock } from '../store/folder-lock.ts';
import { replaceFile } from '../store/replace-file.ts';
import { defaultSpec } from './default-spec.ts';

const positive = z.number().positive();
const share = z.number().min(-1).max(1);

const specSchema = z.object({
  exchange: z.string(),
  pair: z.string(),
  kind: z.enum(['spot', 'perpetual', 'forex']),
  base: z.string(),
  quote: z.string(),
  settle: z.string(),
  validFrom: z.number(),
  status: z.enum(['trading', 'halted', 'delisted']),
  priceTick: z.number().min(0),
  priceFigures: z.number().int().positive().optional(),
  amountStep: positive,
  minAmount: z.number().min(0),
  minCost: z.number().min(0),
  contractSize: positive,
  makerFee: share,
  takerFee: share,
  maxLeverage: positive,
  tiers: z.array(
    z.object({
      minNotional: z.number().min(0),
      maxNotional: positive,
      maintenanceMarginRate: share,
      maxLeverage: positive,
      maintenanceAmount: z.number(),
    }),
  ),
  fundingIntervalHours: z.number().min(0),
});

/** `specs/<exchange>.json`: dated market specifications, in order of pair and validFrom. */
function specFile(root: string, exchange: string): string {
  return join(root, 'specs', `${exchange}.json`);
}

/** All stored specifications of an exchange; none when there is no file. @throws TidegateError DATA_SPECS */
export async function readSpecs(root: string, exchange: string): Promise<readonly InstrumentSpec[]> {
  const path = specFile(root, exchange);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return parseSpecs(text, path, 'Correct the file, or delete it and run `tidegate download` again.');
}

/**
 * The specifications that a file of the configuration gives in place of the stored ones, by pair.
 * @throws TidegateError DATA_SPECS when it is not there, cannot be read, or gives a pair twice
 */
export async function givenSpecs(path: string): Promise<Readonly<Record<string, InstrumentSpec>>> {
  const fault = (what: string, remedy: string, cause?: unknown) =>
    new TidegateError('DATA_SPECS', what, { where: path, remedy, cause });
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fault(
      `the market specifications of \`specs\` cannot be read: ${messageOf(error)}`,
      'Name a JSON file: a list in the form of specs/<exchange>.json of a data folder.',
      error,
    );
  });
  const specs: Record<string, InstrumentSpec> = {};
  for (const spec of parseSpecs(
    text,
    path,
    'Correct the file: specs/<exchange>.json of a data folder shows its form.',
  )) {
    if (specs[spec.pair])
      throw fault(`${spec.pair} is given twice`, 'Leave one: what a configuration gives holds for the whole run.');
    specs[spec.pair] = spec;
  }
  return specs;
}

function parseSpecs(text: string, path: string, remedy: string): readonly InstrumentSpec[] {
  try {
    return z.array(specSchema).parse(JSON.parse(text)) as InstrumentSpec[];
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
    const what = issue ? `${issue.path.join('.')}: ${issue.message}` : (error as Error).message;
    throw new TidegateError('DATA_SPECS', `the market specifications cannot be read: ${what}`, {
      where: path,
      remedy,
      cause: error,
    });
  }
}

/**
 * Adds specifications. One that differs from its predecessor only in validFrom is not stored again: the earlier one still holds.
 * @returns how many were new
 */
export async function writeSpecs(fs: FileSystem, root: string, specs: readonly InstrumentSpec[]): Promise<number> {
  let added = 0;
  for (const exchange of new Set(specs.map((spec) => spec.exchange))) {
    const path = specFile(root, exchange);
    await withFolderLock(fs, join(root, 'specs'), async () => {
      const stored = await readSpecs(root, exchange);
      const merged = mergeSpecs(
        stored,
        specs.filter((spec) => spec.exchange === exchange),
      );
      if (merged.length === stored.length && merged.every((spec, i) => spec === stored[i])) return;
      added += merged.length - stored.length;
      await replaceFile(fs, path, (temporary) => fs.write(temporary, `${JSON.stringify(merged, null, 1)}\n`));
    });
  }
  return added;
}

/** Stores the specifications of one folder in another. */
export async function copySpecs(fs: FileSystem, from: string, to: string): Promise<void> {
  for (const name of entriesOf(join(from, 'specs')).files)
    if (name.endsWith('.json')) await writeSpecs(fs, to, await readSpecs(from, name.slice(0, -'.json'.length)));
}

function mergeSpecs(stored: readonly InstrumentSpec[], newer: readonly InstrumentSpec[]): readonly InstrumentSpec[] {
  const byKey = new Map<string, InstrumentSpec>();
  for (const spec of [...stored, ...newer]) byKey.set(`${spec.pair} ${spec.validFrom}`, spec);
  const sorted = [...byKey.values()].sort((a, b) =>
    a.pair === b.pair ? a.validFrom - b.validFrom : a.pair < b.pair ? -1 : 1,
  );
  return sorted.filter((spec, i) => {
    const before = sorted[i - 1];
    return !(before?.pair === spec.pair && isSameTerms(before, spec));
  });
}

function isSameTerms(a: InstrumentSpec, b: InstrumentSpec): boolean {
  // Through the schema, so that both have their keys in one order.
  const terms = (spec: InstrumentSpec) => JSON.stringify({ ...specSchema.parse(spec), validFrom: 0 });
  return terms(a) === terms(b);
}

/**
 * The specification that holds at `time`; before the first dated one, the first (what was known earliest is the best guess, but it is
 * flagged); for an unknown pair the built-in default, flagged as assumed.
 */
export function specAt(specs: readonly InstrumentSpec[], exchange: string, pair: string, time: number): SpecFound {
  const ofPair = specs.filter((spec) => spec.pair === pair);
  const holding = ofPair.findLast((spec) => spec.validFrom <= time);
  if (holding) return { spec: holding, assumed: false };
  const first = ofPair[0];
  return { spec: first ?? defaultSpec(exchange, pair), assumed: true };
}
