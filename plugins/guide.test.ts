import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkModel, checkPairlist, checkSizing } from 'tidegate/testing';
import { expect, it } from 'vitest';
import { loadRegistry } from '../core/runtime/load-registry.ts';

const guide = readFileSync(fileURLToPath(new URL('../docs/guides/plugins.md', import.meta.url)), 'utf8');
const blocks = [...guide.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]!);

it('the module of the guide loads as it stands there, and keeps its contract', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-guide-'));
  try {
    mkdirSync(join(folder, 'plugins'));
    writeFileSync(join(folder, 'plugins/half-free.ts'), blocks.find((text) => text.includes("name: 'half-free'"))!);
    const registry = await loadRegistry({ userdir: folder });
    const { plugin, origin } = await registry.find('sizing', 'half-free');
    expect(origin).toBe(join(folder, 'plugins/half-free.ts'));
    expect(checkSizing(plugin)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('the modules that the guide configures exist', async () => {
  const registry = await loadRegistry();
  const yaml = /```yaml\n([\s\S]*?)```/.exec(guide)![1]!;
  const names = [...yaml.matchAll(/(?:name: |- )([a-z][a-z-]+)/g)].map((match) => match[1]!);
  expect(names).toEqual(['kelly', 'limits', 'stoploss-guard', 'daily-loss-limit']);
  for (const name of names) await registry.find(name === 'kelly' ? 'sizing' : 'risk', name);
  for (const name of ['twap', 'limit-chase']) await registry.find('execution', name);
});

it('the pair list of its guide loads as it stands there, and keeps its contract; the lists and risk modules of the guides exist', async () => {
  const textOf = (name: string) =>
    readFileSync(fileURLToPath(new URL(`../docs/guides/${name}.md`, import.meta.url)), 'utf8');
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-guide-'));
  try {
    mkdirSync(join(folder, 'plugins'));
    const [, own] = /```ts\n([\s\S]*?)```/.exec(textOf('pairlists'))!;
    writeFileSync(join(folder, 'plugins/green-weeks.ts'), own!);
    const registry = await loadRegistry({ userdir: folder });
    const { plugin } = await registry.find('pairlist', 'green-weeks');
    expect(await checkPairlist(plugin)).toEqual([]);
    for (const [guide, kind] of [
      ['pairlists', 'pairlist'],
      ['protections', 'risk'],
    ] as const) {
      const yaml = /```yaml\n([\s\S]*?)```/.exec(textOf(guide))![1]!;
      const rows = [...yaml.matchAll(/- \{ name: ([a-z-]+)/g)].map((match) => match[1]!);
      expect(rows.length).toBeGreaterThan(3);
      for (const name of rows) await registry.find(kind, name);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("the boosting by a loss of one's own loads as its guide has it, and keeps the contract of models", async () => {
  const text = readFileSync(fileURLToPath(new URL('../docs/guides/learning.md', import.meta.url)), 'utf8');
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-guide-'));
  try {
    mkdirSync(join(folder, 'plugins'));
    writeFileSync(join(folder, 'plugins/cautious-boosting.ts'), /```ts\n([\s\S]*?)```/.exec(text)![1]!);
    const registry = await loadRegistry({ userdir: folder });
    const { plugin } = await registry.find('model', 'cautious-boosting');
    expect(checkModel(plugin, { options: { trees: 20 } })).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
