import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CASES, type Case, run } from './engine.ts';
import { type Figure, figure } from './figure.ts';

/**
 * How many instructions the engine takes for a trade, its candles included: counted by an emulator (Debian's `qemu-user`, and a C compiler), so the same
 * number from one quiet or busy machine to the next, where times differ by half. Names the functions that they are spent in on stderr.
 */
const COUNTED: readonly Case[] = ['ema_cross', 'ema_cross_dca', 'ema_cross_5_pairs_short'];
/** Runs before the one that is counted: by then the compiler has come to its best. */
const WARM_UP = 7;
const FUNCTIONS = 25;
/** On two cores at a time the emulator may run code that the compiler is just writing. */
const TOOLS = ['qemu-x86_64', 'cc', 'taskset'];

const file = fileURLToPath(import.meta.url);

/** Runs a case until it is warm, then once more between two marks that the plugin sees. */
async function child(name: Case): Promise<void> {
  const of = await CASES[name]();
  for (let k = 0; k < WARM_UP; k++) {
    await run(of);
    // Code that is being compiled beside the run is there for the next.
    await setTimeout(100);
  }
  getPriority();
  const { trades } = await run(of);
  getPriority();
  console.log(JSON.stringify({ trades, pid: process.pid }));
}

export async function benches(): Promise<readonly Figure[]> {
  const canCount = process.arch === 'x64' && TOOLS.every((tool) => !spawnSync(tool, ['--version']).error);
  if (!canCount) {
    process.stderr.write('instructions: counted on x64 only, where qemu-user and a C compiler are installed\n');
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-count-'));
  try {
    const plugin = join(folder, 'count.so');
    const source = fileURLToPath(new URL('count-instructions.c', import.meta.url));
    execFileSync('cc', ['-O2', '-shared', '-fPIC', '-o', plugin, source]);
    return COUNTED.map((name) => count(name, plugin, folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function count(name: Case, plugin: string, folder: string): Figure {
  const out = join(folder, 'counts.txt');
  const log = ['--no-logfile-per-isolate', `--logfile=${join(folder, 'v8.log')}`];
  const profile = ['--no-warnings', '--perf-basic-prof', `--perf-basic-prof-path=${folder}`, ...log];
  const emulator = ['-cpu', 'max', '-plugin', `${plugin},out=${out}`];
  const args = ['-c', '0', 'qemu-x86_64', ...emulator, process.execPath, ...profile, file, name];
  const { trades, pid } = JSON.parse(execFileSync('taskset', args, { encoding: 'utf8' }));
  const byFunction = instructionsByFunction(
    readFileSync(out, 'utf8'),
    readFileSync(join(folder, `perf-${pid}.map`), 'utf8'),
  );
  const total = [...byFunction.values()].reduce((sum, n) => sum + n, 0);
  process.stderr.write(`${name}: instructions per trade, by what was compiled\n`);
  for (const [what, n] of [...byFunction].sort((a, b) => b[1] - a[1]).slice(0, FUNCTIONS))
    process.stderr.write(`${(n / trades).toFixed(1).padStart(9)}  ${what}\n`);
  return figure(`instructions.${name}`, total / trades, 'instructions/trade');
}

/** @param counts what the plugin wrote @param map where code lies (hex address, hex size, name), as V8 writes it; what is newer comes later */
function instructionsByFunction(counts: string, map: string): ReadonlyMap<string, number> {
  const code = map
    .trimEnd()
    .split('\n')
    .map((line, order) => {
      const [, from, size, name] = /^(\w+) (\w+) (.*)$/.exec(line)!;
      return { from: Number.parseInt(from!, 16), size: Number.parseInt(size!, 16), name: shortened(name!), order };
    })
    .sort((a, b) => a.from - b.from);
  const totals = new Map<string, number>();
  for (const line of counts.trimEnd().split('\n')) {
    const [address, instructions, runs] = line.split(' ');
    const name = nameAt(code, Number.parseInt(address!, 16)) ?? 'elsewhere (runtime, collector, kernel)';
    totals.set(name, (totals.get(name) ?? 0) + Number(instructions) * Number(runs));
  }
  return totals;
}

interface Code {
  readonly from: number;
  readonly size: number;
  readonly name: string;
  readonly order: number;
}

/** Where memory was used again, code overlaps what was there before: the newest counts. */
function nameAt(code: readonly Code[], address: number): string | undefined {
  let low = 0;
  let high = code.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (code[middle]!.from <= address) low = middle + 1;
    else high = middle;
  }
  let newest: Code | undefined;
  for (let k = low - 1; k >= Math.max(0, low - 60); k--) {
    const one = code[k]!;
    if (address < one.from + one.size && (newest === undefined || one.order > newest.order)) newest = one;
  }
  return newest?.name;
}

/** `JS:*'askTogether file:///…/core/engine/lanes.ts:228:28` as `*askTogether core/engine/lanes.ts`; `*` is code of the best compiler, `+` of the second. */
function shortened(name: string): string {
  const root = new URL('..', import.meta.url).href;
  return name
    .replace(/^JS:([*+^~]?)'?/, '$1')
    .replace(root, '')
    .replace(/:\d+:\d+$/, '');
}

if (process.argv[1] === file) await child(process.argv[2] as Case);
