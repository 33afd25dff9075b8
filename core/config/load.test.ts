import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { configJsonSchema, loadConfig } from './load.ts';
import { LIVE_CONSENT } from './trade-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidegate-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('the configuration', () => {
  it('has defaults for everything, none of which lets real money move or turns a cost off', () => {
    expect(loadConfig({ files: [] })).toEqual({
      fills: 'honest',
      stakeCurrency: 'USDT',
      stakeAmount: 1000,
      startingBalance: 10_000,
      tradableBalanceRatio: 0.99,
      maxOpenTrades: 3,
      netting: false,
      liquidationBuffer: 0.05,
      enableProtections: true,
      risk: [],
      notifiers: [{ name: 'console', kinds: ['entry', 'exit', 'command', 'lock', 'refused', 'alert', 'restored'] }],
      plugins: [],
      pairlistRefreshMinutes: 1440,
      costs: {
        latencyMs: 250,
        spreadBps: 1,
        quotedSpread: 1,
        slippage: [
          { model: 'fixed', bps: 0.5 },
          { model: 'volume-share', impact: 0.1, maxShare: 0.025 },
        ],
        volumeShare: 0.1,
        roi: 'rest',
        rollover: { long: 0.01, short: 0.01 },
      },
      ticks: {
        latency: { model: 'constant', entryMs: 5, responseMs: 5 },
        queue: 'powerProb3(3)',
        fills: 'partial',
        limits: { messagesPerSecond: 50, grace: 1000 },
        quoteTolerance: 0,
        quoteLeverage: 1,
        conflateMs: 0,
        recordMb: 0,
        sampleMs: 1000,
      },
      trade: {
        allowUnknownPermissions: false,
        marginMode: 'isolated',
        batchWaitMs: 2000,
        reconcileSeconds: 60,
        stopGraceSeconds: 10,
      },
      learning: {
        features: 'technical',
        label: 'direction',
        model: 'gradient-boosting',
        prepare: [],
        train: 0.7,
        validation: 0.15,
      },
    });
  });

  it('takes no other word than the whole consent for real money', () => {
    const live = (text: unknown) => loadConfig({ files: [], commandLine: { trade: { live: text } } }).trade.live;
    expect(live(LIVE_CONSENT)).toBe(LIVE_CONSENT);
    for (const text of [true, 'yes', LIVE_CONSENT.toLowerCase()]) expect(() => live(text)).toThrow('CONFIG_VALUE');
  });

  it('takes names without blanks, and a pair named twice once: it would trade twice', () => {
    const config = loadConfig({
      files: [],
      commandLine: { pairs: ['BTC/USDT', ' ETH/USDT', 'BTC/USDT', ''], strategy: ['A', ' B', ''] },
    });
    expect(config).toMatchObject({ pairs: ['BTC/USDT', 'ETH/USDT'], strategy: ['A', 'B'] });
  });

  it('takes the dollar or stablecoin that all its pairs settle in as the currency of stakes, unless it names one', () => {
    const of = (commandLine: Record<string, unknown>) => loadConfig({ files: [], commandLine }).stakeCurrency;
    expect(of({})).toBe('USDT');
    expect(of({ pairs: ['EUR/USD', 'GBP/USD'] })).toBe('USD');
    expect(of({ pairs: ['BTC/USDC:USDC'] })).toBe('USDC');
    expect(of({ pairs: ['EUR/USD', 'BTC/USDT'] })).toBe('USDT');
    expect(of({ pairs: ['EUR/USD'], stakeCurrency: 'USDT' })).toBe('USDT');
    // Ten thousand of them would be another account altogether.
    expect(of({ pairs: ['ETH/BTC'] })).toBe('USDT');
  });

  it('says which variable or file is not well formed, or contradicts another', () => {
    const of = (environment: Record<string, string>) => () => loadConfig({ files: [], environment });
    for (const value of ['{a: 1', '*a', '@x', '"'])
      expect(of({ TIDEGATE__COSTS: value })).toThrow(/^CONFIG_SYNTAX: TIDEGATE__COSTS is not well formed: /);
    expect(of({ TIDEGATE__COSTS: '1', TIDEGATE__COSTS__LATENCY_MS: '5' })).toThrow(
      /^CONFIG_VALUE: TIDEGATE__COSTS__LATENCY_MS sets a part of what another variable gives a plain value/,
    );
    expect(of({ TIDEGATE__CONSTRUCTOR__PROTOTYPE__X: '1' })).toThrow('there is no setting "constructor"');
    expect(({} as { x?: number }).x).toBeUndefined();
    const turning = file('turning.yaml', 'pairs: &a [*a]');
    expect(() => loadConfig({ files: [turning] })).toThrow(/^CONFIG_VALUE: pairs.* cannot be an object/);
  });

  it('merges files, environment and command line, the later ones winning', () => {
    const base = file('base.yaml', 'stakeAmount: 50 # dollars\ncosts:\n  latencyMs: 1\n  spreadBps: 2\n');
    const over = file('over.json', '{ // mine\n "costs": { "latencyMs": 3, }, /* kept */ "exchange": "a//b" }');
    const environment = { TIDEGATE__COSTS__SPREAD_BPS: '7', TIDEGATE__PAIRS: '[A/B, C/D]', OTHER: 'x' };
    const config = loadConfig({
      files: [base, over],
      environment,
      commandLine: { maxOpenTrades: 9, exchange: undefined },
    });
    expect(config).toMatchObject({ stakeAmount: 50, exchange: 'a//b', pairs: ['A/B', 'C/D'], maxOpenTrades: 9 });
    expect(config.costs).toMatchObject({ latencyMs: 3, spreadBps: 7, volumeShare: 0.1 });
  });

  it('refuses unknown keys with the place and the nearest one', () => {
    const path = file('typo.yaml', 'costs:\n  latencyMS: 5\n');
    expect(() => loadConfig({ files: [path] })).toThrow(
      /CONFIG_UNKNOWN_KEY: there is no setting "costs.latencyMS" \(.*typo.yaml > costs.latencyMS\). Did you mean "latencyMs"/,
    );
    expect(() => loadConfig({ files: [], commandLine: { stakeAmont: 5 } })).toThrow(/command line.*"stakeAmount"/);
  });

  it("knows a configuration of Freqtrade's, and the guide that translates it", () => {
    const path = file('freqtrade.json', '{ "max_open_trades": 3, "exchange": { "name": "binance" } }');
    expect(() => loadConfig({ files: [path] })).toThrow(
      /configuration of Freqtrade.*freqtrade.json.*from-freqtrade.md/,
    );
  });

  it('refuses wrong values with the place and what was given', () => {
    const environment = { TIDEGATE__MAX_OPEN_TRADES: '0' };
    expect(() => loadConfig({ files: [], environment })).toThrow(
      /CONFIG_VALUE: maxOpenTrades cannot be 0.*environment/,
    );
    expect(() => loadConfig({ files: [], commandLine: { fills: 'kind' } })).toThrow(/fills cannot be "kind"/);
    expect(() => loadConfig({ files: [], commandLine: { override: { stoploss: 0.1 } } })).toThrow(/override.stoploss/);
  });

  it.each([
    [{ fee: 0.1 }, 'fee cannot be 0.1: a fraction, so 0.1 is 10 % of every trade; 0.1 % is 0.001 (command line'],
    [{ fee: 0.02 }, 'fee cannot be 0.02: a fraction, so 0.02 is 2 % of every trade; 0.02 % is 0.0002'],
    [{ assumeFunding: 0.01 }, '0.01 is 1 % at every settlement; 0.01 % is 0.0001'],
    [{ assumeFunding: -0.07 }, '-0.07 is -7 % at every settlement; -0.07 % is -0.0007'],
    [{ tradableBalanceRatio: 99 }, 'tradableBalanceRatio cannot be 99: a fraction, so 99 is 9900 %; 99 % is 0.99'],
    [{ override: { stoploss: -5 } }, 'override.stoploss cannot be -5: a fraction, so -5 is -500 %; -5 % is -0.05'],
  ])('takes percents for what they are: %o', (commandLine, message) => {
    expect(() => loadConfig({ files: [], commandLine })).toThrow(`CONFIG_VALUE: `);
    expect(() => loadConfig({ files: [], commandLine })).toThrow(message);
  });

  it('takes the highest fees that exchanges ask, and the highest funding that is worth assuming', () => {
    expect(loadConfig({ files: [], commandLine: { fee: 0.012, assumeFunding: 0.003 } })).toMatchObject({ fee: 0.012 });
  });

  it('refuses files that are missing or broken, with the line', () => {
    expect(() => loadConfig({ files: [join(folder, 'none.yaml')] })).toThrow(/CONFIG_FILE.*none.yaml/);
    expect(() => loadConfig({ files: [file('bad.yaml', 'a: 1\nb: [1, 2\n')] })).toThrow(/CONFIG_SYNTAX.*bad.yaml:[23]/);
    expect(() => loadConfig({ files: [file('list.yaml', '- 1\n')] })).toThrow(/CONFIG_SYNTAX.*no settings/);
    expect(loadConfig({ files: [file('empty.yaml', '# nothing\n')] }).fills).toBe('honest');
  });

  it('has a JSON schema for editors', () => {
    const schema = configJsonSchema() as { properties: Record<string, unknown> };
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(['strategy', 'costs', 'override']));
  });
});
