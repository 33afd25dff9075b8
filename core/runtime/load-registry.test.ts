import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadRegistry } from './load-registry.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A user folder with files by path. */
function userdir(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-plugins-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** A module written without imports, so that the test needs no resolution of packages. */
const plugin = (fields: string) => `
const options = { shape: {}, safeParse: (data) => ({ success: true, data }) };
export default { kind: 'sizing', name: 'mine', version: '1.0.0', doc: 'mine', options, create: () => ({ name: 'mine', stake: () => 7 }), ${fields} };
`;

describe('the registry of a run', () => {
  it('has at least two modules of every kind', async () => {
    const counts: Record<string, number> = {};
    for (const { kind } of (await loadRegistry()).list()) counts[kind] = (counts[kind] ?? 0) + 1;
    expect(Object.keys(counts).sort()).toEqual([
      'execution',
      'feature',
      'label',
      'model',
      'notifier',
      'objective',
      'pairlist',
      'regime',
      'risk',
      'sampler',
      'sizing',
      'source',
      'volatility',
    ]);
    for (const [kind, count] of Object.entries(counts)) expect([kind, count >= 2]).toEqual([kind, true]);
  });

  it('makes built-in modules with their options', async () => {
    const registry = await loadRegistry();
    const label = await registry.create('label', { name: 'direction', horizon: 3 });
    expect([label.horizon, label.classes]).toEqual([3, 3]);
    await expect(registry.create('sizing', 'keley', 'sizing')).rejects.toThrow(
      'PLUGIN_UNKNOWN: sizing "keley" is not registered (sizing). Did you mean "kelly"? List: "tidegate list sizing".',
    );
  });

  it("takes the user's files and folders, which may replace built-in modules", async () => {
    const folder = userdir({
      'plugins/mine.js': plugin(''),
      'plugins/own-kelly/index.js': plugin("name: 'kelly', doc: 'my own'"),
      'plugins/own-kelly/part.js': 'export const unused = 1;',
      'plugins/mine.test.ts': 'throw new Error("a test is no module");',
    });
    const registry = await loadRegistry({ userdir: folder });
    const rows = registry.list('sizing').filter((row) => row.origin !== 'built-in');
    expect(rows.map((row) => [row.name, row.doc])).toEqual([
      ['kelly', 'my own'],
      ['mine', 'mine'],
    ]);
    expect((await registry.create('sizing', 'mine')).stake(undefined as never, undefined as never)).toBe(7);
  });

  it('leaves files to strategies that hold features of their own and nothing else', async () => {
    const feature = 'Object.assign(() => 1, { definition: {} })';
    const folder = userdir({ 'plugins/pull.js': `export const pull = ${feature};` });
    expect((await loadRegistry({ userdir: folder })).list().every((row) => row.origin === 'built-in')).toBe(true);
    const half = userdir({ 'plugins/half.js': `export const pull = ${feature}; export const mine = {};` });
    await expect(loadRegistry({ userdir: half })).rejects.toThrow('PLUGIN_EXPORT');
  });

  it('is closed once it is made', async () => {
    const registry = await loadRegistry();
    const { plugin: kelly } = await registry.find('sizing', 'kelly');
    expect(() => registry.register(kelly, 'late.ts')).toThrow('PLUGIN_LATE');
  });

  it.each([
    ['export const x = 1;', 'PLUGIN_EXPORT: there is no default export'],
    ['export default 5;', 'PLUGIN_SHAPE: the default export is a number, not a plugin'],
    [plugin("kind: 'sizng'"), 'PLUGIN_KIND: "sizng" is not a kind of module'],
    [plugin("name: 'My Sizing'"), 'PLUGIN_SHAPE: the name of a sizing module is "My Sizing"'],
    [plugin("version: '1'"), 'PLUGIN_SHAPE: "mine" has the version "1"'],
    [plugin("doc: ''"), 'PLUGIN_SHAPE: "mine" has no doc line'],
    [plugin('options: {}'), 'PLUGIN_SHAPE: the options of "mine" are not a zod object'],
    [plugin('create: 1'), 'PLUGIN_SHAPE: "mine" has no create function'],
    [plugin("core: '>=0.1'"), 'PLUGIN_SHAPE: "mine" has core = ">=0.1", which is no range of versions'],
    [plugin("requires: 'feature:volume'"), 'PLUGIN_SHAPE: "mine" has requires = "feature:volume"'],
    [plugin("core: '^99.0'"), 'PLUGIN_CORE: sizing "mine" wants Tidegate ^99.0'],
    [plugin("requires: ['feature:nothing']"), 'PLUGIN_REQUIRES: sizing "mine" needs feature:nothing'],
    ['export default {', 'USER_CODE'],
  ])('says which file is wrong, and what is: %#', async (text, want) => {
    const folder = userdir({ 'plugins/broken.js': text });
    const error = await loadRegistry({ userdir: folder }).then(
      () => null,
      (e: Error) => e,
    );
    expect(error?.message).toContain(want);
    expect(error?.message).toContain('broken.js');
  });

  it('refuses two modules of one name', async () => {
    const folder = userdir({ 'plugins/a.js': plugin(''), 'plugins/b.js': plugin('') });
    await expect(loadRegistry({ userdir: folder })).rejects.toThrow('PLUGIN_DUPLICATE: sizing "mine" is defined twice');
  });

  it('loads packages that are installed beside the user folder, and names the command for others', async () => {
    const folder = userdir({
      'node_modules/tidegate-mine/package.json': '{"name":"tidegate-mine","type":"module","exports":"./index.js"}',
      'node_modules/tidegate-mine/index.js': plugin(''),
    });
    const registry = await loadRegistry({ userdir: folder, packages: ['tidegate-mine'] });
    expect(registry.list('sizing').find((row) => row.name === 'mine')?.origin).toBe('package tidegate-mine');
    await expect(loadRegistry({ userdir: folder, packages: ['tidegate-none'] })).rejects.toThrow(
      'Run "npm install tidegate-none"',
    );
  });

  it.each([
    [
      'modules only',
      '"type": "module", "exports": { ".": { "types": "./index.d.ts", "import": "./index.js" } }',
      plugin(''),
    ],
    ['CommonJS', '"main": "index.js"', plugin('').replace('export default', 'module.exports =')],
    [
      'CommonJS that was compiled from modules',
      '"main": "index.js"',
      `Object.defineProperty(exports, '__esModule', { value: true });${plugin('').replace('export default', 'exports.default =')}`,
    ],
  ])('loads packages of %s', async (_, fields, text) => {
    const folder = userdir({
      'node_modules/@me/mine/package.json': `{ "name": "@me/mine", ${fields} }`,
      'node_modules/@me/mine/index.js': text,
    });
    const registry = await loadRegistry({ userdir: folder, packages: ['@me/mine', '@me/mine'] });
    expect(registry.list('sizing').find((row) => row.name === 'mine')?.origin).toBe('package @me/mine');
  });

  it.each([
    ['index.js', 'throw new Error("no key");', 'the package "bad" threw while it was loaded: no key'],
    ['index.js', 'import "not-there";', "Cannot find package 'not-there'"],
    ['other.js', '', 'the package "bad" threw while it was loaded: Cannot find package'],
  ])('tells a package that cannot be loaded from one that is not there: %s %s', async (file, text, want) => {
    const folder = userdir({
      'node_modules/bad/package.json': `{ "name": "bad", "type": "module", "main": "${file.replace('other', 'index')}" }`,
      [`node_modules/bad/${file}`]: text,
    });
    await expect(loadRegistry({ userdir: folder, packages: ['bad'] })).rejects.toThrow(want);
  });

  it("takes CommonJS files of the user's, whatever they are called", async () => {
    const common = (name: string) => plugin(`name: '${name}'`).replace('export default', 'module.exports =');
    const folder = userdir({
      'package.json': '{ "type": "commonjs" }',
      'plugins/one.js': common('one'),
      'plugins/two.cjs': common('two'),
      'plugins/three/index.cts': common('three'),
      'plugins/one.test.js': 'throw new Error("a test is no module");',
    });
    const own = (await loadRegistry({ userdir: folder })).list('sizing').filter((row) => row.origin !== 'built-in');
    expect(own.map((row) => row.name)).toEqual(['one', 'three', 'two']);
  });

  it('knows the code of what was asked for and is none of ours, required files and packages among it', async () => {
    const used = async (part: string) => {
      const folder = userdir({
        'plugins/mine.cjs': `const part = require('./parts/stake');\n${plugin('part').replace('export default', 'module.exports =')}`,
        'plugins/parts/stake.js': part,
        'plugins/other.ts': plugin("name: 'other'"),
        'node_modules/packed/package.json': '{ "name": "packed", "main": "index.js" }',
        'node_modules/packed/index.js': plugin("name: 'packed'").replace('export default', 'module.exports ='),
      });
      const registry = await loadRegistry({ userdir: folder, packages: ['packed'] });
      registry.list();
      for (const name of ['mine', 'packed', 'fixed-stake']) await registry.find('sizing', name);
      const { usedCode, foreignCode } = registry;
      return { usedCode, foreignCode };
    };
    const before = await used('module.exports = 1;');
    expect(Object.keys(before.usedCode)).toEqual(['sizing:mine', 'sizing:packed']);
    expect(before.foreignCode.split(',')).toHaveLength(3);
    const after = await used('module.exports = 2;');
    expect(after.usedCode['sizing:packed']).toBe(before.usedCode['sizing:packed']);
    expect(after.usedCode['sizing:mine']).not.toBe(before.usedCode['sizing:mine']);
    expect(after.foreignCode).not.toBe(before.foreignCode);
  });
});
