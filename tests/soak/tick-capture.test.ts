import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { tickCommands } from '../fixtures/tick-commands.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tidegate-tick-capture-'));
afterAll(() => rmSync(folder, { recursive: true }));
const capture = join(process.env.TIDEGATE_DATA ?? join(root, '../shared/data'), 'ticks');
const files = ['l2', 'trades'].map((kind) => join(capture, `BTC_USDT_USDT-${kind}-20240808.csv.gz`));
const hasCapture = files.every((file) => existsSync(file));
if (!hasCapture) console.log(`the tick capture is not in ${capture}: skipped`);
const { tidegate, runOf } = tickCommands(folder);

it.skipIf(!hasCapture)(
  'imports a real capture, and runs the scalper and every market maker on it',
  { timeout: 240_000 },
  () => {
    expect(
      tidegate('ticks', 'import', ...files, '--pair', 'BTC/USDT:USDT', '--tick', '0.1', '--lot', '0.001'),
    ).toContain('2024-08-08: 497674 rows, added');
    expect(tidegate('ticks', 'list')).toContain('binance BTC/USDT:USDT 2024-08-08 497674 rows');
    for (const name of ['Scalper', 'MarketMakerAvellanedaStoikov', 'MarketMakerGlft', 'MarketMakerAdaptive']) {
      const result = runOf(name);
      expect(result.inputs.strategies).toEqual([name]);
      expect(result.fills.length).toBeGreaterThan(0);
      expect(result.counts.openPosition).toBe(0);
      expect(result.split.total).toBeCloseTo(result.finalBalance - result.startingBalance, 6);
      expect(result.decisions.length).toBeGreaterThan(0);
    }
  },
);
