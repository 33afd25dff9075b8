import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findStrategy, listStrategies } from './find-strategy.ts';

const userdir = mkdtempSync(join(tmpdir(), 'tidegate-user-'));
const folder = join(userdir, 'strategies');
mkdirSync(join(folder, 'deep'), { recursive: true });
afterAll(() => rmSync(userdir, { recursive: true }));
const file = (name: string, text: string) => writeFileSync(join(folder, name), text);

file(
  'my-idea.ts',
  "import { Strategy } from 'tidegate';\nexport default class MyIdea extends Strategy { tag: string = 'own'; }\n",
);
file('deep/Other.ts', "import { Strategy } from 'tidegate';\nexport class Other extends Strategy {}\n");
file('my-idea.test.ts', 'throw new Error();');
file('none.ts', 'export default 5;\n');
file(
  'enum.ts',
  "import { Strategy } from 'tidegate';\nenum E { A }\nexport default class X extends Strategy { e = E.A; }\n",
);
file(
  'typed.ts',
  "import { Strategy, Bar } from 'tidegate';\nexport default class Y extends Strategy { onCandle(_: Bar) {} }\n",
);

describe('finding a strategy', () => {
  it('lists the classes of the user and built-in ones, at any depth, without tests', () => {
    const names = listStrategies(userdir).map((f) => `${f.origin} ${f.name}`);
    expect(names).toEqual(
      expect.arrayContaining([
        'user MyIdea',
        'user Other',
        'user None',
        'user X',
        'built-in EmaCross',
        'built-in PipelineStrategy',
      ]),
    );
    expect(names.join()).not.toMatch(/test/i);
  });

  it('takes the name in any casing, or a path', async () => {
    for (const name of ['MyIdea', 'my-idea', 'myidea', join(folder, 'my-idea.ts')]) {
      const found = await findStrategy(name, userdir);
      expect(found.create({})).toMatchObject({ tag: 'own', timeframe: '5m' });
      expect(found.codeHash).toMatch(/^[0-9a-f]{64}$/);
    }
    expect((await findStrategy('Other', userdir)).create({}).constructor.name).toBe('Other');
  });

  it('finds a class by its own name in a file of another name, and the one of several that is meant', async () => {
    file(
      'drafts.ts',
      "import { Strategy } from 'tidegate';\nexport default class First extends Strategy {}\nexport class Second extends Strategy { stoploss = -0.5; }\n",
    );
    expect((await findStrategy('First', userdir)).name).toBe('First');
    expect((await findStrategy('Second', userdir)).create({})).toMatchObject({ stoploss: -0.5 });
    expect((await findStrategy('Drafts', userdir)).name).toBe('First');
    expect(listStrategies(userdir).map((f) => f.name)).toEqual(expect.arrayContaining(['First', 'Second']));
    await expect(findStrategy('Frist', userdir)).rejects.toThrow(/Did you mean "First"/);
    await expect(findStrategy('Strategy', userdir)).rejects.toThrow(/STRATEGY_UNKNOWN/);
    rmSync(join(folder, 'drafts.ts'));
  });

  it('reads parameter values beside the file', async () => {
    file('deep/Other.json', '{ "parameters": { "n": 4 } }');
    expect((await findStrategy('Other', userdir, { m: 1 })).parameters).toEqual({ n: 4, m: 1 });
    file('deep/Other.json', '{ broken');
    await expect(findStrategy('Other', userdir)).rejects.toThrow(/PARAM_FILE/);
    rmSync(join(folder, 'deep/Other.json'));
  });

  it('suggests the nearest name, and explains what cannot be loaded', async () => {
    await expect(findStrategy('MyIdae', userdir)).rejects.toThrow(/STRATEGY_UNKNOWN.*Did you mean "MyIdea"/);
    await expect(findStrategy('none', userdir)).rejects.toThrow(/STRATEGY_EXPORT/);
    await expect(findStrategy(join(folder, 'gone.ts'), userdir)).rejects.toThrow(/USER_FILE_MISSING/);
  });
});
