import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { binaryModule, compileWasm, WASM_SOURCES } from './build.ts';

it.each(WASM_SOURCES)('$module carries what a fresh build of $source gives', async ({ source, module, constant }) => {
  const committed = await readFile(new URL(module, import.meta.url), 'utf8');
  expect(committed).toBe(binaryModule(constant, source, await compileWasm(source)));
});
