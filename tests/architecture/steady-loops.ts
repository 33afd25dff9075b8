import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compileAssembly } from '../../core/ml/wasm/build.ts';

/** `node tests/architecture/steady-loops.ts` compiles the loops of `core/indicators/loops` into the module that carries them. */
const folder = new URL('../../core/indicators/loops/', import.meta.url);

/** The loops' AssemblyScript, their names and a hash of the text. */
export function steadyLoops() {
  const files = readdirSync(folder).filter((name) => name.endsWith('.as') && name !== 'prelude.as');
  const text = ['prelude.as', ...files.sort()].map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
  const names = [...text.matchAll(/^export function (\w+)/gm)].map(([, name]) => name!).sort();
  return { text, names, hash: createHash('sha256').update(text).digest('hex') };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { text, names, hash } = steadyLoops();
  const binary = await compileAssembly('steady loops', text);
  await writeFile(
    new URL('loops-binary.ts', folder),
    `/** The loops' names. Made by tests/architecture/steady-loops.ts; do not edit. */
export type LoopName = ${names.map((name) => `\n  | '${name}'`).join('')};

/** SHA-256 of the AssemblyScript that the loops were compiled from. */
export const LOOP_SOURCE = '${hash}';

/** The loops' WebAssembly, in base64. */
export const LOOP_BINARY =
  '${Buffer.from(binary).toString('base64')}';
`,
  );
  process.stdout.write(`${names.length} loops, ${binary.length} bytes\n`);
}
