import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/guides/examples.md'), 'utf8');
const blocks = [...page.matchAll(/^## (.+)\n[\s\S]*?```sh\n([\s\S]*?)```/gm)].map((m) => [m[1]!, m[2]!] as const);
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-examples-'));
  const command = join(folder, 'tidegate');
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'bin/tidegate.js')}" "$@"\n`);
  chmodSync(command, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('finds the examples', () => {
  expect(blocks.map(([name]) => name)).toContain('Data');
  expect(blocks.length).toBeGreaterThanOrEqual(6);
});

describe('the examples of the guide run as they stand', () => {
  it.each(blocks)('%s', (_, script) => {
    const { TIDEGATE_DATA: _data, ...env } = process.env;
    const run = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...env, PATH: `${folder}:${process.env.PATH}` },
    });
    expect(run.status, `${run.stdout}\n${run.stderr}`).toBe(0);
    expect(run.stderr).not.toMatch(/INTERNAL/);
  });
});
