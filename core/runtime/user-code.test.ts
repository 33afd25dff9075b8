import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** What a process of its own prints: the test runner has a loader of its own. */
function printed(folder: string, script: string): unknown {
  const module = JSON.stringify(new URL('./user-code.ts', import.meta.url).href);
  const head = `import { writeFileSync } from 'node:fs';\nconst { forgetUserFiles, importUserFile } = await import(${module});\n`;
  const done = spawnSync(process.execPath, ['--input-type=module', '-e', head + script], { cwd: folder });
  expect(done.stderr.toString()).toBe('');
  return JSON.parse(done.stdout.toString());
}

it('a file is imported afresh, with the files that it imports, once its code or theirs has changed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-'));
  const script = `
    const write = (n) => writeFileSync('part.ts', 'export const n: number = ' + n + ';');
    writeFileSync('whole.ts', "import { Strategy } from 'tidegate'; import { n } from './part.ts'; export const value: number = n; export default class A extends Strategy {}");
    const path = process.cwd() + '/whole.ts';
    write(1);
    const first = await importUserFile(path);
    const same = await importUserFile(path);
    write(2);
    const second = await importUserFile(path);
    writeFileSync('whole.ts', 'export const value: number = {{');
    const refusal = await importUserFile(path).catch((error) => error.code);
    writeFileSync('whole.ts', 'export const value: number = 3;');
    const third = await importUserFile(path);
    const bases = [first, second].map((module) => Object.getPrototypeOf(module.default));
    console.log(JSON.stringify([first.value, same === first, second.value, bases[0] === bases[1], refusal, third.value]));
  `;
  try {
    // Both are of the one Strategy class that runs.
    expect(printed(folder, script)).toEqual([1, true, 2, true, 'USER_CODE_SYNTAX', 3]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('a file that was forgotten is imported anew, and remembers nothing, nor do the files that it imports', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-'));
  const script = `
    writeFileSync('part.ts', 'export const seen: number[] = [];');
    writeFileSync('whole.ts', "import { seen } from './part.ts'; let count = 0; export const see = (): number[] => [++count, seen.push(1)];");
    const path = process.cwd() + '/whole.ts';
    const see = async () => (await importUserFile(path)).see();
    const before = [await see(), await see()];
    forgetUserFiles();
    const after = [await see(), await see()];
    forgetUserFiles();
    console.log(JSON.stringify([before, after, await see()]));
  `;
  try {
    const twice = [
      [1, 1],
      [2, 2],
    ];
    expect(printed(folder, script)).toEqual([twice, twice, [1, 1]]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('a strategy in Python is told to be one, with the guide that says what to do', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-'));
  const script = `
    writeFileSync('dip.py', 'class Dip(IStrategy): pass');
    const refusal = await importUserFile(process.cwd() + '/dip.py').catch(({ code, remedy }) => [code, remedy]);
    process.stdout.write(JSON.stringify(refusal));`;
  expect(printed(folder, script)).toEqual(['USER_CODE_FAILED', expect.stringContaining('from-freqtrade.md')]);
  rmSync(folder, { recursive: true });
});

it('a module in a folder of CommonJS is told why it is read as such', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-'));
  const script = `
    process.removeAllListeners('warning');
    writeFileSync('package.json', '{ "type": "commonjs" }');
    writeFileSync('mine.js', 'export const n = 1;');
    console.log(JSON.stringify(await importUserFile(process.cwd() + '/mine.js').catch((error) => error.message)));
  `;
  expect(printed(folder, script)).toMatch(/USER_CODE_SYNTAX: .*call the file \.mjs or \.ts/);
  rmSync(folder, { recursive: true });
});
