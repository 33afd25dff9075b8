import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { openCatalogue } from '../../core/data/catalogue/catalogue.ts';
import { stepCandles } from '../../core/data/step-candles.ts';

const temporary = mkdtempSync(join(tmpdir(), 'crash-'));
afterAll(() => rmSync(temporary, { recursive: true }));
const modulePath = (path: string) => JSON.stringify(fileURLToPath(new URL(`../../core/data/${path}`, import.meta.url)));

/** Appends 500 candles a time to one file, for ever, and says how many are acknowledged. */
const WRITER = `
  const { openCatalogue } = await import(${modulePath('catalogue/catalogue.ts')});
  const { stepCandles } = await import(${modulePath('step-candles.ts')});
  const { sliceCandles } = await import(${modulePath('../domain/candles.ts')});
  const catalogue = await openCatalogue(process.argv[1]);
  const all = stepCandles(Date.UTC(2024, 0, 1), 200_000, 60_000);
  for (let from = Number(process.argv[2]); from < all.length; from += 500) {
    await catalogue.writeCandles('binance', 'BTC/USDT', '1m', sliceCandles(all, from, from + 500));
    process.stdout.write(String(from + 500) + '\\n');
  }`;

it('loses no acknowledged candle and never leaves half a file, however often the writer is killed', async () => {
  const all = stepCandles(Date.UTC(2024, 0, 1), 200_000, 60_000);
  let acknowledged = 0;
  for (let round = 0; round < 6; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, temporary, String(acknowledged)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (piece: Buffer) => {
      output += piece.toString();
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    while (!output.includes('\n') && child.exitCode === null) await sleep(5);
    await sleep(20 + round * 37);
    child.kill('SIGKILL');
    await exited;
    acknowledged = Number(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1));
    const stored = await (await openCatalogue(temporary)).candles('binance', 'BTC/USDT', '1m');
    expect(stored.length).toBeGreaterThanOrEqual(acknowledged);
    expect(stored.length % 500).toBe(0);
    expect(stored.close).toEqual(all.close.slice(0, stored.length));
  }
  expect(acknowledged).toBeGreaterThan(3_000);
});
