import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

/** AssemblyScript sources of this folder and the modules that carry their binaries. */
export const WASM_SOURCES = [
  { source: 'tree-kernels.as', module: 'tree-kernels-binary.ts', constant: 'treeKernelsBase64' },
] as const;

/** Fixed (not relaxed) SIMD, so that every processor gives the same bits; one imported shared memory, so that worker threads share it. */
const FLAGS = [
  '-O3',
  '--noAssert',
  '--runtime',
  'stub',
  '--importMemory',
  '--sharedMemory',
  '--initialMemory',
  '1',
  '--maximumMemory',
  '65536',
  '--enable',
  'simd',
  '--enable',
  'threads',
];

/** Compiles one source of this folder. Same source and compiler version: same bytes. */
export async function compileWasm(source: string): Promise<Uint8Array> {
  return compileAssembly(source, await readFile(new URL(source, import.meta.url), 'utf8'));
}

/** Compiles AssemblyScript; `source` names it in errors. */
export async function compileAssembly(source: string, text: string): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(['kernels.ts', '-o', 'kernels.wasm', ...FLAGS], {
    // The source's own extension keeps TypeScript's compiler away from it; AssemblyScript only knows .ts.
    readFile: (name: string) => (name === 'kernels.ts' ? text : null),
    writeFile: (_name: string, contents: string | Uint8Array) => {
      if (typeof contents !== 'string') binary = contents;
    },
    listFiles: () => [],
  });
  if (error || !binary)
    throw new Error(`${source} does not compile: ${error?.message ?? 'no output'}\n${stderr.toString()}`);
  return binary;
}

/** The text of a module that carries a binary. */
export function binaryModule(constant: string, source: string, binary: Uint8Array): string {
  const base64 = Buffer.from(binary).toString('base64');
  return `/** WebAssembly binary of ${source}, in base64. Made by build.ts; do not edit. */\nexport const ${constant} =\n  '${base64}';\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { source, module, constant } of WASM_SOURCES) {
    const binary = await compileWasm(source);
    await writeFile(new URL(module, import.meta.url), binaryModule(constant, source, binary));
    process.stdout.write(`${module}: ${binary.length} bytes\n`);
  }
}
