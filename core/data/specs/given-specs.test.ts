import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { defaultSpec } from './default-spec.ts';
import { givenSpecs } from './spec-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'specs-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: unknown): string {
  const path = join(folder, 'specs.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
}

const bitcoin = { ...defaultSpec('binance', 'BTC/USDT'), priceTick: 0.5, takerFee: 0.0004 };

it('what a file gives is had by pair', async () => {
  const ether = defaultSpec('binance', 'ETH/USDT');
  expect(await givenSpecs(file([bitcoin, ether]))).toEqual({ 'BTC/USDT': bitcoin, 'ETH/USDT': ether });
});

it.each([
  ['a pair given twice', [bitcoin, { ...bitcoin, validFrom: 1 }], /DATA_SPECS: BTC\/USDT is given twice/],
  ['a step of 0', [{ ...bitcoin, amountStep: 0 }], /DATA_SPECS: .*0\.amountStep/],
  ['no list', { 'BTC/USDT': bitcoin }, /DATA_SPECS: the market specifications cannot be read/],
])('%s is refused', async (_what, content, message) => {
  await expect(givenSpecs(file(content))).rejects.toThrow(message);
});

it('a file that is not there is refused with what to name', async () => {
  await expect(givenSpecs(join(folder, 'none.json'))).rejects.toThrow(/`specs` cannot be read.*none\.json.*JSON file/s);
});
