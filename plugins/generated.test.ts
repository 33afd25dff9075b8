import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it.each(['generate-manifest.ts', 'generate-docs.ts'])('what %s makes is up to date', (script) => {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, '--check'], { encoding: 'utf8' });
  expect([status, stdout, stderr.replace(/.*ExperimentalWarning.*\n.*\n/, '')]).toEqual([0, '', '']);
});
