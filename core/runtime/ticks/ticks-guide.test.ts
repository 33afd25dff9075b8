import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { randomMarket } from '../../book/random-market.ts';
import { configSchema } from '../../config/schema.ts';
import { defaultSpec } from '../../data/specs/default-spec.ts';
import { findStrategy } from '../find-strategy.ts';
import { runTicks } from './tick-run.ts';

const guide = readFileSync(fileURLToPath(new URL('../../../docs/guides/ticks.md', import.meta.url)), 'utf8');
const blocks = (language: string) =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map((match) => match[1]!);
const userdir = mkdtempSync(join(tmpdir(), 'tidegate-ticks-guide-'));
afterAll(() => rmSync(userdir, { recursive: true }));
mkdirSync(join(userdir, 'strategies'));
const market = randomMarket({ seed: 4, length: 20_000, meanGapNs: 20e6 });

it.each(blocks('ts').map((text) => [/class (\w+)/.exec(text)![1]!, text] as const))(
  'runs %s as it stands in the guide',
  async (name, text) => {
    writeFileSync(join(userdir, `strategies/${name}.ts`), text);
    const pair = 'BTC/USDT:USDT';
    const { result } = await runTicks({
      strategies: [await findStrategy(name, userdir)],
      exchange: 'binance',
      markets: [{ pair, spec: defaultSpec('binance', pair), grid: { tickSize: 0.1, lotSize: 0.001 }, parts: [market] }],
      originMs: market.originMs,
      stakeCurrency: 'USDT',
      startingBalance: 100_000,
      stakeAmount: 1000,
    });
    expect(result.fills.length).toBeGreaterThan(0);
    expect(result.decisions.length).toBeGreaterThan(0);
  },
);

it('has settings in the guide that a configuration takes', async () => {
  const { parse } = await import('yaml');
  for (const text of blocks('yaml')) expect(() => configSchema.parse(parse(text))).not.toThrow();
});
