import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { degenerateDifference, difference, type Tolerance } from './compare.ts';
import { groupOf, PENDING, wholeFile } from './groups.ts';
import type { VectorCase, VectorFile, Verdict } from './types.ts';

/** One case's outcome. `pending`: of a capability that is not built yet, never counted as passed. */
interface Outcome {
  readonly id: string;
  readonly state: 'passed' | 'failed' | 'pending';
  readonly computed?: unknown;
  readonly why?: string;
}

const folder = process.env.TIDEGATE_VECTORS ?? fileURLToPath(new URL('../../../shared/vectors', import.meta.url));
const dataFolder = process.env.TIDEGATE_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
const outFile = process.env.TIDEGATE_VECTORS_OUT || undefined;
const only = process.argv.slice(2);

async function main(): Promise<void> {
  if (!existsSync(folder)) {
    // A folder that was asked for is not skipped: a slip in its name would look like success.
    const isGiven = process.env.TIDEGATE_VECTORS !== undefined;
    console.log(`no vectors at ${folder}: set TIDEGATE_VECTORS to a folder that holds them`);
    console.log(isGiven ? '0 passed, 1 failed, 0 skipped' : '0 passed, 0 failed, 1 skipped');
    process.exitCode = isGiven ? 1 : 0;
    return;
  }
  if (outFile !== undefined && !canWrite(outFile)) {
    console.log(`TIDEGATE_VECTORS_OUT: ${outFile} cannot be written; name a file in a folder that is there`);
    console.log('0 passed, 1 failed, 0 skipped');
    process.exitCode = 1;
    return;
  }
  let passed = 0;
  let failed = 0;
  let pending = 0;
  for (const path of jsonFiles(folder)) {
    const name = relative(folder, path);
    if (only.length > 0 && !only.some((part) => name.includes(part))) continue;
    const outcomes = await runFile(path);
    const count = (state: Outcome['state']) => outcomes.filter((o) => o.state === state).length;
    passed += count('passed');
    failed += count('failed');
    pending += count('pending');
    console.log(
      `${name}: ${count('passed')} passed, ${count('failed')} failed${count('pending') > 0 ? `, ${count('pending')} pending (${outcomes.find((o) => o.state === 'pending')!.why})` : ''}`,
    );
    for (const outcome of outcomes.filter((o) => o.state === 'failed').slice(0, 8))
      console.log(`  ${outcome.id}: ${outcome.why}`);
    if (outFile !== undefined)
      for (const { id, computed } of outcomes)
        if (computed !== undefined)
          appendFileSync(outFile, `${JSON.stringify({ file: name, id, computed: plain(computed) })}\n`);
  }
  if (passed + failed + pending === 0) {
    console.log(`no vector file${only.length > 0 ? ` whose name holds ${only.join(' or ')}` : ''} in ${folder}`);
    failed = 1;
  }
  console.log(`${passed} passed, ${failed} failed, ${pending} skipped`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/** Empties the file, or makes it. */
function canWrite(path: string): boolean {
  try {
    writeFileSync(path, '');
    return true;
  } catch {
    return false;
  }
}

/** Runs a file. One that cannot be read fails by its name, and the others are run all the same. */
async function runFile(path: string): Promise<Outcome[]> {
  const failed = (why: string): Outcome[] => [{ id: basename(path), state: 'failed', why }];
  let file: VectorFile & Record<string, unknown>;
  try {
    file = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return failed(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isRecord(file)) return failed('not a vector file: its JSON is no object');
  const whole = await wholeFile(file, path, { dataFolder });
  if (whole) return [...whole.outcomes, ...countCheck(file, whole.outcomes.length, path)];
  const group = groupOf(file, path);
  if (!group) return failed('no handler for this file: its meta.group is not known');
  const outcomes: Outcome[] = [];
  if (!(Array.isArray(file.cases) && file.cases.length > 0)) return failed(`no cases in a file of group ${group.name}`);
  for (const [k, vector] of file.cases.entries())
    outcomes.push(
      isRecord(vector)
        ? // What is computed is found by its id: a case without one goes by its place.
          await runCase({ ...(vector as VectorCase), id: String(vector.id ?? `cases[${k}]`) }, file, group)
        : { id: `cases[${k}]`, state: 'failed', why: 'a case is an object' },
    );
  return [...outcomes, ...countCheck(file, outcomes.length, path)];
}

async function runCase(
  vector: VectorCase,
  file: VectorFile,
  group: NonNullable<ReturnType<typeof groupOf>>,
): Promise<Outcome> {
  const { id } = vector;
  const key = String(vector.fn ?? vector.kind ?? '*');
  const handlers = await group.handlers();
  const handler = Object.hasOwn(handlers, key) ? handlers[key] : handlers['*'];
  if (!handler) {
    const why = PENDING[`${group.name}:${key}`] ?? PENDING[group.name];
    return why ? { id, state: 'pending', why } : { id, state: 'failed', why: `no handler for ${group.name} ${key}` };
  }
  try {
    const computed = await handler(vector, file);
    if (isVerdict(computed))
      return {
        id,
        state: computed.passed ? 'passed' : 'failed',
        computed: computed.computed,
        ...(computed.why && { why: computed.why }),
      };
    const why = judge(vector, computed);
    return { id, state: why === null ? 'passed' : 'failed', computed, ...(why !== null && { why }) };
  } catch (error) {
    return { id, state: 'failed', why: `threw: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** The rule of comparison of the README, with its modes. */
function judge(vector: VectorCase, computed: unknown): string | null {
  const tolerance: Tolerance = { rtol: vector.rtol ?? 0, atol: vector.atol ?? 0 };
  const expected = vector.expected ?? vector.expected_nonzero;
  if (expected === undefined || (isRecord(expected) && Object.keys(expected).length === 0))
    return 'the case has no expected value';
  if (vector.mode === 'degenerate')
    return degenerateDifference(computed, expected, vector.degenerate_bars as [number, number] | undefined, tolerance);
  const from = vector.compare_from as number | undefined;
  if (from === undefined) return difference(computed, expected, tolerance);
  const wanted = [expected, ...Object.values((vector.alternatives ?? {}) as Record<string, unknown>)];
  const found = wanted.map((one) => difference(cutFrom(computed, from), cutFrom(one, from), tolerance));
  return found.includes(null) ? null : found[0]!;
}

function cutFrom(value: unknown, from: number): unknown {
  if (Array.isArray(value)) return value.slice(from);
  if (value instanceof Float64Array) return value.slice(from);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, cutFrom(v, from)]));
  return value;
}

function countCheck(file: Record<string, unknown>, ran: number, path: string): Outcome[] {
  return file.count === undefined || file.count === ran
    ? []
    : [{ id: basename(path), state: 'failed', why: `the file states ${file.count} cases, ${ran} were run` }];
}

function isVerdict(value: unknown): value is Verdict {
  return typeof value === 'object' && value !== null && 'computed' in value && 'passed' in value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function jsonFiles(root: string): string[] {
  return readdirSync(root)
    .sort()
    .flatMap((name) => {
      const path = join(root, name);
      if (statSync(path).isDirectory()) return jsonFiles(path);
      return name.endsWith('.json') ? [path] : [];
    });
}

/** Typed arrays as lists and NaN as null, so that JSON can carry them. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value as ArrayLike<unknown>, plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
  return value;
}

await main();
