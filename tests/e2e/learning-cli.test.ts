import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLightgbm } from 'tidegate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, writeSmallMarket } from '../fixtures/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidegate-learning-'));
const userdir = join(folder, 'user');
mkdirSync(userdir);
const places = ['--data', join(folder, 'data'), '--userdir', userdir];
const quick = ['--timeframe', '5m', '--pairs', 'BTC/USDT', '-f', 'rsi', '-f', 'ema:{"period":50}', '-f', 'natr'];
beforeAll(() => writeSmallMarket(join(folder, 'data'), 7));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a command that must succeed, and reads the JSON it prints. */
async function json<T>(...args: string[]): Promise<T> {
  const { code, out, err } = await runCli([...args, '--json']);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as T;
}

describe('learning from the command line', () => {
  it('trains, keeps, lists, promotes, moves and removes models', async () => {
    interface Kept {
      readonly name: string;
      readonly version: number;
      readonly rows: Readonly<Record<string, number>>;
      readonly scores: { readonly test: Readonly<Record<string, number>> };
      readonly lineage: { readonly datasetHash: string; readonly seed: number; readonly dataKind: string };
    }
    const first = await json<Kept>(
      'train',
      ...places,
      ...quick,
      '--seed',
      '3',
      '-m',
      'gradient-boosting:{"trees":20}',
      '--name',
      'btc',
    );
    expect(first).toMatchObject({ name: 'btc', version: 1, lineage: { seed: 3, dataKind: 'synthetic' } });
    expect(first.rows.train).toBeGreaterThan(1300);
    // A synthetic market without a planted signal: 295 rows of noise.
    expect(Math.abs(first.scores.test.auc! - 0.5)).toBeLessThan(0.12);
    const second = await json<Kept>(
      'train',
      ...places,
      ...quick,
      '-m',
      'logistic-regression',
      '--prepare',
      'impute',
      '--prepare',
      'quantile:{"points":50}',
      '--name',
      'btc',
    );
    expect(second).toMatchObject({ version: 2 });
    expect(second.lineage.datasetHash).toBe(first.lineage.datasetHash);

    expect(await json('models', 'promote', 'btc@1', '--userdir', userdir)).toEqual({ name: 'btc', version: 1 });
    const file = join(folder, 'btc.tgmodel');
    await json('models', 'export', 'btc', '--out', file, '--userdir', userdir);
    expect(await json('models', 'import', file, '--name', 'copy', '--userdir', userdir)).toEqual({
      name: 'copy',
      version: 1,
    });
    const list = await json<(Kept & { isPromoted: boolean })[]>('models', 'list', '--userdir', userdir);
    expect(list.map((m) => `${m.name}@${m.version}${m.isPromoted ? '*' : ''}`)).toEqual(['btc@1*', 'btc@2', 'copy@1']);
    const shown = await runCli(['models', 'show', 'copy', '--userdir', userdir]);
    expect(shown.out).toMatch(/copy@1 {2}gradient-boosting on direction, 3 features/);
    expect(shown.out).toContain('SYNTHETIC market');
    const compared = await runCli(['models', 'compare', 'btc@1', 'btc@2', '--userdir', userdir]);
    expect(compared.out).toContain('Same dataset: the figures can be compared.');
    expect(compared.out).toMatch(/model\.name +"gradient-boosting" +"logistic-regression"/);
    expect(compared.out).toMatch(/prepare +\[\] +\["impute","quantile"\]/);
    const text = join(folder, 'btc.txt');
    await json('models', 'export', 'btc@1', '--format', 'lightgbm', '--out', text, '--userdir', userdir);
    const trees = readLightgbm(readFileSync(text, 'utf8'));
    expect(trees).toMatchObject({ featureNames: ['rsi', 'ema', 'natr'], objective: 'binary sigmoid:1' });
    const other = await runCli([
      'models',
      'export',
      'btc@2',
      '--format',
      'lightgbm',
      '--out',
      text,
      '--userdir',
      userdir,
    ]);
    expect([other.code, other.err]).toEqual([
      1,
      expect.stringMatching(/^TREES_MODEL_UNSUPPORTED.*logistic-regression/),
    ]);
    expect((await runCli(['models', 'rm', 'btc', '--userdir', userdir])).err).toMatch(/MODEL_PROMOTED/);
    const wrongly = await runCli(['models', 'rm', 'copy', 'btc@9', '--userdir', userdir]);
    expect([wrongly.code, wrongly.err]).toEqual([1, expect.stringMatching(/^MODEL_UNKNOWN/)]);
    expect(await json('models', 'rm', 'btc@2', 'copy', '--userdir', userdir)).toEqual(['btc@2', 'copy@1']);

    const bytes = readFileSync(file);
    bytes[bytes.length - 9]! ^= 1;
    writeFileSync(file, bytes);
    const damaged = await runCli(['models', 'import', file, '--userdir', userdir]);
    expect([damaged.code, damaged.err]).toEqual([1, expect.stringMatching(/^MODEL_CORRUPT/)]);
  });

  it('searches the options of a model, and draws a page of its training', async () => {
    const page = join(folder, 'page.html');
    const asked = ['train', ...places, ...quick, '-m', 'gradient-boosting:{"trees":10}', '--tune', '4', '--page', page];
    interface Tuned {
      readonly tuning: { readonly trials: number; readonly losses: readonly number[] };
      readonly lineage: { readonly model: { readonly options: Readonly<Record<string, unknown>> } };
      readonly scores: { readonly validation: { readonly logLoss: number } };
    }
    const first = await json<Tuned>(...asked, '--seed', '5', '--no-keep');
    const { tuning, scores } = first;
    expect(tuning.trials).toBe(4);
    expect(scores.validation.logLoss).toBe(Math.min(...tuning.losses));
    expect((await json<Tuned>(...asked, '--seed', '5', '--no-keep')).tuning).toEqual(tuning);
    const text = readFileSync(page, 'utf8');
    for (const title of ['Reliability', 'Learning curve', 'Importance', 'Search', 'Synthetic market'])
      expect(text).toContain(title);
    const wrong = await runCli(['train', ...places, ...quick, '-m', 'lightgbm-file', '--tune', '3']);
    expect(wrong.code).toBe(1);
  });

  it('selects features, and finds none on a market without a signal that folds agree on', async () => {
    interface Selection {
      readonly rows: number;
      readonly selected: readonly string[];
      readonly features: readonly { readonly name: string; readonly frequency: number }[];
    }
    const found = await json<Selection>(
      ...['features', 'select', ...places, ...quick, '--method', 'mutual-information', '--keep', '1', '--folds', '3'],
    );
    expect(found.features.map((f) => f.name).sort()).toEqual(['ema', 'natr', 'rsi']);
    expect(found.features.reduce((sum, f) => sum + f.frequency, 0)).toBeCloseTo(1, 9);
    expect(found.rows).toBeGreaterThan(1300);
    const macd = ['features', 'select', ...places, '--timeframe', '5m', '-p', 'BTC/USDT', '-f', 'macd', '--folds', '3'];
    const some = await json<{ readonly choices: readonly { readonly only: readonly string[] }[] }>(
      ...[...macd, '--method', 'mutual-information', '--keep', '2'],
    );
    expect(some.choices[0]).toMatchObject({ name: 'macd', only: some.choices[0]!.only });
    const spec = `macd:${JSON.stringify({ only: some.choices[0]!.only })}`;
    const built = await json<{ readonly features: readonly string[] }>(
      ...['dataset', 'build', ...places, '--timeframe', '5m', '-p', 'BTC/USDT', '-f', spec],
    );
    expect(built.features).toEqual(some.choices[0]!.only);
    const wrong = await runCli(['features', 'select', ...places, ...quick, '--method', 'borota']);
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('Did you mean "boruta"?')]);
    const printed = await runCli(['features', 'select', ...places, ...quick, '--method', 'rfe', '--folds', '2']);
    expect(printed.out).toMatch(/of 3 features selected by rfe on \d+ rows/);
  });

  it('takes what to learn from a configuration', async () => {
    const config = join(folder, 'config.yaml');
    writeFileSync(
      config,
      'pairs: [BTC/USDT]\ntimeframe: 5m\nlearning:\n  features: [rsi, { name: ema, period: 20 }]\n  label: { name: return, horizon: 6 }\n  model: linear-regression\n',
    );
    const { code, out } = await runCli(['train', ...places, '-c', config, '--no-keep']);
    expect([code, out]).toEqual([0, expect.stringContaining('linear-regression on return, 2 features')]);
    writeFileSync(config, 'learning: { modl: x }\n');
    expect((await runCli(['train', ...places, '-c', config])).err).toMatch(/CONFIG_UNKNOWN_KEY.*Did you mean "model"/);
  });

  it('keeps datasets by their hash, and writes them where asked', async () => {
    const built = await json<{ hash: string; file: string; rows: number }>('dataset', 'build', ...places, ...quick);
    expect(built.file).toContain(built.hash.slice(0, 16));
    expect(existsSync(built.file)).toBe(true);
    const again = await runCli(['dataset', 'build', ...places, ...quick]);
    expect(again.out).toMatch(/^already there: /);
    const csv = join(folder, 'set.csv');
    await json('dataset', 'export', ...places, ...quick, '--out', csv);
    const lines = readFileSync(csv, 'utf8').trim().split('\n');
    expect(lines[0]).toBe('timestamp_ms,label_at,pair,label,f.rsi,f.ema,f.natr');
    expect(lines.length).toBe(built.rows + 1);
  });

  it('says what is wrong', async () => {
    const failing = async (...args: string[]) => (await runCli([...args, ...places])).err;
    expect(await failing('train', ...quick, '-m', 'gradient-bosting')).toMatch(/PLUGIN_UNKNOWN.*gradient-boosting/);
    expect(await failing('train', ...quick, '-m', 'random-forest:{trees:3}')).toMatch(/USAGE_MODULE/);
    expect(await failing('train', '--pairs', 'BTC/USDX')).toMatch(/DATA_MISSING.*BTC\/USDT/);
    expect(await failing('train', ...quick, '--timerange', '20240101-20240101T02')).toMatch(/DATA_TOO_SHORT|TIMERANGE/);
    expect(await failing('dataset', 'export', ...quick, '--out', 'x.txt')).toMatch(/USAGE_FORMAT/);
  });
});
