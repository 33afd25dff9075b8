import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCli, writeSmallMarket } from '../fixtures/run-cli.ts';

const temporary = mkdtempSync(join(tmpdir(), 'demo-'));
afterAll(() => rmSync(temporary, { recursive: true }));
const at = (name: string) => join(temporary, name);

test('offline it backtests three strategies on a labelled synthetic market, within seconds, and leads to their pages', async () => {
  const start = performance.now();
  const { code, out, err } = await runCli(['demo', '--offline', '--userdir', at('user')]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(performance.now() - start).toBeLessThan(15_000);
  expect(out).toContain('SYNTHETIC market (seed 7, 90 days): not real prices');
  for (const name of ['EmaCross', 'BandReversion', 'ChannelBreakout'])
    expect(out).toMatch(new RegExp(`│ ${name} +│ (spot|perpetual) 5m`));
  const index = readFileSync(at('user/demo/index.html'), 'utf8');
  expect(index).toContain('Synthetic market: these prices were made by a generator');
  for (const page of ['ema-cross.html', 'band-reversion.html', 'channel-breakout.html']) {
    expect(index).toContain(`href="${page}"`);
    expect(readFileSync(at(`user/demo/${page}`), 'utf8')).toContain('Synthetic market');
    expect(out).toContain(at(`user/demo/${page}`));
  }
  const kept = await runCli(['results', 'list', '--json', '--userdir', at('user')]);
  expect((JSON.parse(kept.out) as { strategies: string[] }[]).map((e) => e.strategies[0])).toEqual([
    'EmaCross',
    'BandReversion',
    'ChannelBreakout',
  ]);
  expect((await runCli(['results', 'reproduce', 'latest', '--userdir', at('user')])).out).toMatch(/^same: /);
});

test('a folder of data is used as it is, and two runs give the same pages', async () => {
  await writeSmallMarket(at('market'), 6);
  const pages = [];
  for (const name of ['one', 'two']) {
    const { out } = await runCli(['demo', '--userdir', at(name)], { TIDEGATE_DATA: at('market') });
    expect(out).toContain(`market data of ${at('market')}`);
    pages.push(readFileSync(at(`${name}/demo/channel-breakout.html`), 'utf8'));
  }
  expect(pages[0]).toBe(pages[1]);
});

test('a folder without usable candles is an error with a way out', async () => {
  const { code, err } = await runCli(['demo', '--data', at('nowhere'), '--userdir', at('user')]);
  expect(code).toBe(1);
  expect(err).toMatch(/^DATA_FOLDER_MISSING: /);
});
