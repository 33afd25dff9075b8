import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { slimEntry, slimSource } from './slim-entry.ts';

const folder = mkdtempSync(join(tmpdir(), 'slim-'));
afterAll(() => rmSync(folder, { recursive: true }));

function entryOf(text: string): string | null {
  const file = join(folder, 'strategy.ts');
  writeFileSync(file, text);
  return slimEntry(pathToFileURL(file).href);
}

describe("the entry that a user's file gets", () => {
  it('has just the values that it imports, whatever the layout', () => {
    const text = `import { type Bar, ema,\n  Strategy as Base, } from 'tidegate';\nimport type { Market } from "tidegate";\nimport { ema as e } from 'tidegate';`;
    expect(entryOf(text)).toBe('tidegate:Strategy,ema');
    expect(entryOf(`import{ema as e,Strategy as S}from"tidegate";`)).toBe('tidegate:Strategy,ema');
    const source = slimSource('tidegate:Strategy,ema')!;
    expect(source).toMatch(/export \{ ema as ema \} from "file:\/\/.*\/core\/indicators\/overlap\/ema\.ts";/);
    expect(source.split('\n').filter((line) => line.includes(' from '))).toHaveLength(2);
  });

  it('is the whole entry where names cannot be told, or one is unknown', () => {
    expect(entryOf(`import * as t from 'tidegate';`)).toBeNull();
    expect(entryOf(`import { emma } from 'tidegate';`)).toBeNull();
    expect(entryOf(`const t = await import('tidegate');`)).toBeNull();
    expect(entryOf(`const { ema } = require('tidegate');`)).toBeNull();
    expect(entryOf(`import { ema, // it's quick\n  sma } from 'tidegate';`)).toBeNull();
    expect(entryOf(`export { ema } from 'tidegate';`)).toBeNull();
    expect(slimEntry(undefined)).toBeNull();
  });

  it('leaves other modules alone', () => {
    expect(slimSource('file:///x.ts')).toBeNull();
  });
});
