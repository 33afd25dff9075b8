import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { referencePage } from './replay-reference.ts';

const bin = fileURLToPath(new URL('../../bin/tidegate.js', import.meta.url));
const run = (...args: string[]) =>
  spawn(process.execPath, [bin, 'replay', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  let all = '';
  for await (const part of stream) all += String(part);
  return all;
}

it('serves a synthetic market until it is interrupted', async () => {
  const child = run('--port', '0', '--control-port', '0', '--days', '3', '--speed', 'lockstep', '--json');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const about = JSON.parse(String(line)) as { url: string; control: string; marketTime: number; symbols: string[] };
  expect(about.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(about.symbols).toContain('futures:BTCUSDT');
  const info = (await (await fetch(`${about.url}/fapi/v1/exchangeInfo`)).json()) as { symbols: { symbol: string }[] };
  expect(info.symbols.map((s) => s.symbol)).toEqual(['BTCUSDT', 'ETHUSDT']);
  const state = (await (await fetch(`${about.control}/advance`, { method: 'POST', body: '{"ms":60000}' })).json()) as {
    marketTime: number;
  };
  expect(state.marketTime).toBe(about.marketTime + 60_000);
  child.kill('SIGINT');
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(0);
});

it('refuses to listen beyond this machine without a token, and speeds that are none', async () => {
  for (const [args, words] of [
    [['--host', '0.0.0.0', '--days', '2'], 'REPLAY_BIND_REFUSED'],
    [['--speed', '20000'], 'USAGE_NUMBER'],
  ] as const) {
    const child = run(...args);
    const error = await text(child.stderr);
    expect(error).toContain(words);
  }
});

it('is described by its reference page as it is', () => {
  const page = readFileSync(new URL('../../docs/reference/replay.md', import.meta.url), 'utf8');
  expect(page, 'stale: run node tests/e2e/replay-reference.ts').toBe(referencePage());
});
