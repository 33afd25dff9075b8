import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compileAssembly } from '../../../core/ml/wasm/build.ts';
import { feature, property, type Row } from './features.ts';
import { Program } from './program.ts';
import { type Node, Untranslatable } from './scope.ts';

/**
 * `node tests/architecture/row-kernels/build.ts` translates every feature that is declared by its rows from its TypeScript into
 * AssemblyScript, compiles all of them into one WebAssembly module and writes it where `core/indicators/rolling/row-kernels.ts` finds it.
 */
const root = new URL('../../../core/indicators/', import.meta.url);
const target = new URL('rolling/row-kernels-binary.ts', root);

function sources(folder: string): string[] {
  return readdirSync(new URL(folder, root))
    .sort()
    .flatMap((name) => {
      const path = folder + name;
      if (statSync(new URL(path, root)).isDirectory()) return sources(`${path}/`);
      return path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('-binary') ? [path] : [];
    });
}

/** All features in AssemblyScript, and those that stay in JavaScript with what in them could not be translated. */
export function translated() {
  const program = new Program();
  const specs: [string, Node][] = [];
  for (const path of sources('')) {
    const file = fileURLToPath(new URL(path, root));
    for (const init of program.read(file))
      if (init?.type === 'CallExpression' && init.callee.value === 'defineRows')
        specs.push([file, init.arguments[0].expression]);
  }
  const rows: Row[] = [];
  const left = new Map<string, string>();
  for (const [home, spec] of specs) {
    program.home = home;
    try {
      rows.push(feature(spec, program, rows.length));
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error;
      program.preamble = undefined;
      left.set(property(spec, 'name')?.value?.value, error.message);
    }
  }
  const byHand = ['prelude.as', 'by-hand.as'].map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'));
  const text = `${program.text(byHand.join('\n'))}\n\n${liveText(rows.length)}`;
  return { text, rows, left, imports: program.imports, hash: createHash('sha256').update(text).digest('hex') };
}

/** One row of any loop, all that it works on lying behind `place` as `live-rows.ts` has it: one function, so that V8 calls it directly. */
function liveText(loops: number): string {
  const cases = Array.from(
    { length: loops },
    (_, k) => `case ${k}: row${k}(1, states, size, options, place, out, arena, kept); break;`,
  );
  return `export function live(index: i32, place: usize): void {
const states = load<usize>(place, 64);
const size = load<i32>(place, 68);
const options = load<usize>(place, 72);
const out = load<usize>(place, 76);
const arena = load<usize>(place, 80);
const kept = load<usize>(place, 84);
switch (index) {
${cases.join('\n')}
}
}

/** Where the cells of the last loop that made any end. */
export function reached(): usize { return top; }`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { text, rows, left, imports, hash } = translated();
  const binary = await compileAssembly('row kernels', text);
  const key = (name: string) => (/^\w+$/.test(name) ? name : `'${name}'`);
  const lines = rows.map(({ name, options }) => `  ${key(name)}: [${options.map((o) => `'${o}'`).join(', ')}],`);
  await writeFile(
    target,
    `/** Options that the loops of row features read, by feature, in the order of the loops row0, row1, … Made by tests/architecture/row-kernels; do not edit. */
export const ROW_KERNELS: Readonly<Record<string, readonly string[]>> = {
${lines.join('\n')}
};

/** Functions of Math that the loops import. */
export const ROW_IMPORTS: readonly string[] = [${imports.map((name) => `'${name}'`).join(', ')}];

/** SHA-256 of the AssemblyScript that the loops were compiled from. */
export const ROW_SOURCE = '${hash}';

/** The loops' WebAssembly, in base64. */
export const ROW_BINARY =
  '${Buffer.from(binary).toString('base64')}';
`,
  );
  for (const [name, why] of left) process.stdout.write(`${name} stays in JavaScript: ${why}\n`);
  process.stdout.write(`${rows.length} loops, ${binary.length} bytes\n`);
}
