import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
let project = '';

/** The packed tarball unpacked into an empty project, its dependencies linked to ours: what `npm install tidegate` gives, without the network. */
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'tidegate-package-'));
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', project], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as [{ filename: string }];
  execFileSync('tar', ['xzf', packed.filename], { cwd: project });
  const modules = join(project, 'node_modules');
  mkdirSync(modules);
  execFileSync('mv', ['package', join('node_modules', 'tidegate')], { cwd: project });
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) {
    if (name.startsWith('@')) mkdirSync(join(modules, name.split('/')[0]!), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  writeFileSync(join(project, 'package.json'), '{ "name": "mine", "private": true }\n');
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

const tidegate = (...args: string[]) => tidegateOn(process.execPath, ...args);

function tidegateOn(node: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(node, [join(project, 'node_modules/tidegate/bin/tidegate.js'), ...args], {
    cwd: project,
    encoding: 'utf8',
  });
}

it('carries compiled code with types, and neither tests nor sources', () => {
  const files = readdirSync(join(project, 'node_modules/tidegate/dist'), { recursive: true, encoding: 'utf8' });
  expect(files).toContain('index.js');
  expect(files).toContain('index.d.ts');
  expect(files.filter((f) => /\.test\./.test(f))).toEqual([]);
});

it('prints its version', () => {
  expect(tidegate('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it('makes a strategy in a folder of commonjs and backtests it on a synthetic market', () => {
  expect(tidegate('new', 'strategy', 'MyIdea').status).toBe(0);
  writeFileSync(join(project, 'user_data/package.json'), '{ "type": "commonjs" }\n');
  expect(tidegate('data', 'synth', '--days', '40', '--ticks', '0', '--pairs', 'BTC/USDT').stderr).toBe('');
  const run = tidegate('backtest', '--strategy', 'MyIdea', '--json');
  expect(run.stderr).toBe('');
  const { hash, trades } = JSON.parse(run.stdout) as { hash: string; trades: unknown[] };
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(trades.length).toBeGreaterThan(3);
});

const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { engines: { node: string } };
const OLDEST = `${engines.node.replace('>=', '')}.0`;

/** The program of that version, brought from the registry. */
function nodeOf(version: string): string | undefined {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(project, `node-${version}`);
  const args = ['install', '--no-audit', '--no-fund', '--prefix', folder, `${name}@${version}`];
  return spawnSync('npm', args).status === 0 ? join(folder, 'node_modules', name, 'bin/node') : undefined;
}

// Neither the oldest Node that may be used nor the newest is the one that all other tests run on.
it.for([OLDEST, '26.10.0'])('gives the same result on Node %s', (version, context) => {
  const node = nodeOf(version);
  if (!node) {
    console.log(`skipped: Node ${version} cannot be had from the registry`);
    return context.skip();
  }
  expect(execFileSync(node, ['--version'], { encoding: 'utf8' })).toBe(`v${version}\n`);
  for (const strategy of ['MyIdea', 'EmaCross']) {
    const [here, there] = [process.execPath, node].map((own) =>
      tidegateOn(own, 'backtest', '--strategy', strategy, '--pairs', 'BTC/USDT', '--json'),
    );
    expect(there!.stderr).toBe('');
    expect(JSON.parse(there!.stdout).hash).toBe(JSON.parse(here!.stdout).hash);
  }
});

it('runs the guide of scripts as it stands, as modules and as CommonJS', () => {
  const page = readFileSync(join(root, 'docs/guides/scripts.md'), 'utf8');
  const script = /```js\n([\s\S]*?)```/.exec(page)![1]!;
  writeFileSync(join(project, 'sweep.mjs'), script);
  const required = script.replace(/import (\{.*\}) from ('tidegate');/, 'const $1 = require($2);');
  writeFileSync(join(project, 'sweep.cjs'), `(async () => {\n${required}})();\n`);
  const [mjs, cjs] = ['sweep.mjs', 'sweep.cjs'].map((file) =>
    spawnSync(process.execPath, [file], { cwd: project, encoding: 'utf8' }),
  );
  expect(mjs!.stderr).toBe('');
  expect(mjs!.stdout.split('\n')).toHaveLength(9);
  expect(cjs!.stdout).toBe(mjs!.stdout);
});

it('explains a type that was imported as a value, and an enum', () => {
  const file = join(project, 'user_data/strategies/wrong.ts');
  writeFileSync(
    file,
    "import { Bar, Strategy } from 'tidegate';\nexport default class Wrong extends Strategy {\n  override onCandle(_: Bar<this>) {}\n}\n",
  );
  const missing = tidegate('backtest', '--strategy', 'Wrong', '--pairs', 'BTC/USDT');
  expect(missing.status).toBe(1);
  expect(missing.stderr).toMatch(/USER_CODE_IMPORT.*import \{ type Bar \}/s);
  writeFileSync(
    file,
    "import { Strategy } from 'tidegate';\nenum Mode { A }\nexport default class Wrong extends Strategy {\n  mode = Mode.A;\n}\n",
  );
  const enumerated = tidegate('backtest', '--strategy', 'Wrong', '--pairs', 'BTC/USDT');
  expect(enumerated.status).toBe(1);
  expect(enumerated.stderr).toMatch(/USER_CODE_SYNTAX.*as const/s);
});
