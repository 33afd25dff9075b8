import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plantedStrategy, TROUGH, writePlantedMarket } from '../fixtures/planted-market.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/tidegate.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'tidegate-hyperopt-'));
const userdir = join(root, 'user');
const planted = join(root, 'planted');
const noise = join(root, 'noise');

beforeAll(() => {
  writePlantedMarket(planted, 0.01);
  writePlantedMarket(noise, 0);
  mkdirSync(join(userdir, 'strategies'), { recursive: true });
  mkdirSync(join(userdir, 'plugins'), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(userdir, 'strategies', `${name}.ts`), text);
  write('Wave', plantedStrategy('Wave'));
  write('Fragile', plantedStrategy('Fragile', "if (this.p.phase % 3 === 1) throw new Error('phase is odd');"));
  write('Broken', plantedStrategy('Broken', "throw new Error('never works');"));
  write(
    'Fixed',
    "import { Strategy } from 'tidegate';\nexport default class Fixed extends Strategy { timeframe = '1h'; onCandle() {} }\n",
  );
  writeFileSync(
    join(userdir, 'plugins', 'moody.ts'),
    "import { definePlugin, z } from 'tidegate';\nexport default definePlugin({ kind: 'objective', name: 'moody', version: '1.0.0', doc: 'NaN for some', options: z.object({}), create: () => ({ name: 'moody', score: (run) => (Math.floor(run.finalBalance) % 4 === 0 ? Number.NaN : run.trades.length) }) });\n",
  );
});

afterAll(() => rmSync(root, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, out, err })));
  return { child, ended };
}

const common = (data: string, dir = userdir) => ['--data', data, '--pairs', 'PLANT/USDT', '--userdir', dir];
const hyperopt = (strategy: string, data: string, ...more: string[]) =>
  start(['hyperopt', '-s', strategy, ...common(data), '--no-page', '--jobs', '1', ...more]).ended;

interface Document {
  readonly study: string;
  readonly result: {
    readonly hash: string;
    readonly best: { readonly number: number; readonly params: Readonly<Record<string, number>> };
    readonly trials: readonly { readonly state: string; readonly error: string | null }[];
  };
  readonly notes: readonly string[];
  readonly rows: readonly { readonly name: string; readonly test: { readonly metrics: { readonly profit: number } } }[];
  readonly verdict: {
    readonly pbo: number;
    readonly deflatedSharpe: number;
    readonly isLikelyLuck: boolean;
    readonly reality: { readonly spa: { readonly consistent: number } };
  };
}
const documentOf = ({ out, err }: Ended): Document => {
  if (!out.startsWith('{')) throw new Error(err || out);
  return JSON.parse(out) as Document;
};

describe('tidegate hyperopt', () => {
  it('finds a planted optimum, in and out of sample, and says that it is not luck', async () => {
    const found = documentOf(await hyperopt('Wave', planted, '--epochs', '120', '--json'));
    const { phase, hold } = found.result.best.params;
    // Bought at the next open: the candle before the trough is as good.
    expect(Math.abs(phase! - TROUGH)).toBeLessThanOrEqual(2);
    expect(Math.abs(hold! - 12)).toBeLessThanOrEqual(4);
    expect(found.verdict.reality.spa.consistent).toBeLessThan(0.05);
    expect(found.verdict.pbo).toBeLessThan(0.2);
    expect(found.verdict.isLikelyLuck).toBe(false);
    expect(found.rows.find((r) => r.name === 'best')!.test.metrics.profit).toBeGreaterThan(0);
  });

  it('reports noise as noise', async () => {
    const found = documentOf(
      await hyperopt('Wave', noise, '--epochs', '120', '--json', '--fee', '0', '--sampler', 'random'),
    );
    expect(found.verdict.deflatedSharpe).toBeLessThan(0.95);
    expect(found.verdict.isLikelyLuck).toBe(true);
  });

  it('loses nothing when it is killed: the same command goes on and ends with the same study', async () => {
    const args = ['--epochs', '60', '--json', '--seed', '5'];
    const whole = documentOf(await hyperopt('Wave', planted, ...args, '--study', 'whole'));
    const { child, ended } = start([
      'hyperopt',
      ...['-s', 'Wave', ...common(planted), '--no-page', '--jobs', '2', ...args, '--study', 'killed'],
    ]);
    const file = join(userdir, 'hyperopt', 'studies.sqlite');
    await expect.poll(() => trialsOf(file, 'killed'), { timeout: 60_000 }).toBeGreaterThan(10);
    child.kill('SIGKILL');
    await ended;
    expect(await trialsOf(file, 'killed')).toBeLessThan(60);
    const resumed = documentOf(await hyperopt('Wave', planted, ...args, '--study', 'killed'));
    expect(resumed.result.hash).toBe(whole.result.hash);
  });

  it('stops soundly on an interrupt and says how to go on', async () => {
    const { child, ended } = start([
      ...['hyperopt', '-s', 'Wave', ...common(planted), '--no-page', '--jobs', '1', '--epochs', '5000'],
      ...['--study', 'stopped', '--spaces', 'all'],
    ]);
    const file = join(userdir, 'hyperopt', 'studies.sqlite');
    await expect.poll(() => trialsOf(file, 'stopped'), { timeout: 60_000 }).toBeGreaterThan(3);
    child.kill('SIGINT');
    const { code, err } = await ended;
    expect(code).toBe(130);
    expect(err).toContain('Run the same command again to go on');
  });

  it('records trials that throw and goes on, and writes a page beside the studies', async () => {
    const { ended } = start([
      'hyperopt',
      '-s',
      'Fragile',
      ...common(planted),
      '--jobs',
      '1',
      '--epochs',
      '30',
      '--json',
    ]);
    const found = documentOf(await ended);
    const failed = found.result.trials.filter((t) => t.state === 'failed');
    expect(failed.length).toBeGreaterThan(0);
    expect(failed[0]!.error).toContain('phase is odd');
    expect(found.result.best.params.phase! % 3).not.toBe(1);
    expect(existsSync(join(userdir, 'hyperopt', `${found.study}.html`))).toBe(true);
  });

  it('gives up with the reason when most trials throw', async () => {
    const { code, err } = await hyperopt('Broken', planted, '--epochs', '50');
    expect(code).toBe(1);
    expect(err).toMatch(/^HPO_TRIALS_FAILED: .*never works/);
  });

  it('counts a trial whose objective is NaN as failed', async () => {
    const found = documentOf(await hyperopt('Wave', planted, '--epochs', '20', '--json', '--objective', 'moody'));
    const failed = found.result.trials.filter((t) => t.state === 'failed');
    expect(failed[0]!.error).toBe('the objective "moody" is NaN, not a finite number');
    expect(found.notes).toContain(
      `${failed.length} of 20 trials failed, ${failed.length} of them with: the objective "moody" is NaN, not a finite number`,
    );
  });

  it('refuses a strategy without anything to search, and says what could be', async () => {
    const { code, err } = await start(['hyperopt', ...common(planted), '-s', 'Fixed']).ended;
    expect(code).toBe(1);
    expect(err).toMatch(/^SPACE_EMPTY: .*--spaces roi stoploss trailing/);
  });

  it('refuses to resume a study with other settings and names what differs', async () => {
    documentOf(await hyperopt('Wave', planted, '--epochs', '3', '--json', '--study', 'mine'));
    const { code, err } = await hyperopt('Wave', planted, '--epochs', '3', '--study', 'mine', '--fee', '0.002');
    expect(code).toBe(1);
    expect(err).toMatch(/HPO_STUDY_DIFFERS: .*fee/);
  });

  it('exports the best parameters, and a backtest of the same period repeats the trial', async () => {
    const own = join(root, 'own');
    mkdirSync(join(own, 'strategies'), { recursive: true });
    writeFileSync(join(own, 'strategies', 'Wave.ts'), plantedStrategy('Wave'));
    const { out } = await start([
      ...['hyperopt', '-s', 'Wave', ...common(planted, own), '--jobs', '1', '--epochs', '15', '--hold-out', '0'],
      ...['--spaces', 'entry', 'exit', 'stoploss', '--study', 'mine', '--export'],
    ]).ended;
    expect(out).toContain('parameters written to');
    expect(existsSync(join(own, 'hyperopt', 'mine.html'))).toBe(true);
    const file = JSON.parse(readFileSync(join(own, 'strategies', 'Wave.json'), 'utf8'));
    expect(Object.keys(file.parameters)).toEqual(['phase', 'hold']);
    const run = await start(['backtest', '-s', 'Wave', ...common(planted, own), '--json', '--no-report', '--no-keep'])
      .ended;
    const result = JSON.parse(run.out);
    expect(result.summary.account.sharpe).toBeCloseTo(file.objectives.sharpe, 9);
    expect(result.summary.confidence.trials).toBe(15);
    const until = new Date(file.trials.tunedUntil).toISOString().slice(0, 16).replace('T', ' ');
    expect(JSON.stringify(result)).toContain(
      `the best of 15 trials: in the period they were tuned on, until ${until}, `,
    );
    expect(file.trials.tunedUntil).toBeGreaterThan(result.equity.at(-1)[0] - 3_600_000);
    const shown = await start(['hyperopt', 'show', 'mine', '--userdir', own]).ended;
    expect(shown.out).toContain(`#${file.trial}`);
    expect(shown.out).toMatch(/^ mine .* tpe /m);
    const none = await start(['hyperopt', 'show', 'mine', '--trial', '15', '--userdir', own]).ended;
    expect(none).toMatchObject({ code: 1 });
    expect(none.err).toContain('HPO_TRIAL_UNKNOWN: there is no trial 15. The study has trials 0 to 14.');
    const list = await start(['hyperopt', 'list', '--userdir', own, '--json']).ended;
    expect(JSON.parse(list.out)[0].name).toBe('mine');
    await start(['hyperopt', 'rm', 'mine', '--userdir', own]).ended;
    expect((await start(['hyperopt', 'list', '--userdir', own]).ended).out).toBe('No studies.\n');
  });
});

describe('tidegate walk-forward', () => {
  it('keeps what is planted out of sample, and nothing of noise', async () => {
    const walk = async (data: string) =>
      JSON.parse(
        (
          await start([
            ...['walk-forward', '-s', 'Wave', ...common(data), '--train', '60d', '--test', '30d', '--epochs', '30'],
            ...['--jobs', '1', '--json', '--page', join(data, 'walk.html')],
          ]).ended
        ).out,
      );
    const good = await walk(planted);
    expect(good.steps.length).toBeGreaterThanOrEqual(5);
    expect(good.tuned.totalReturn).toBeGreaterThan(0.05);
    expect(good.efficiency).toBeGreaterThan(0.5);
    expect(good.winningShare).toBe(1);
    expect(readFileSync(join(planted, 'walk.html'), 'utf8')).toContain('tuned afresh for each window');
    const bad = await walk(noise);
    expect(bad.tuned.totalReturn).toBeLessThan(0.02);
  });
});

describe('tidegate robustness', () => {
  it('runs the strategy under other costs, periods and parameters', async () => {
    const { out } = await start([
      ...['robustness', '-s', 'Wave', ...common(planted), '--param', 'phase=16', '--param', 'hold=12'],
      ...['--jobs', '2', '--json', '--other-pairs', 'NONE/USDT'],
    ]).ended;
    const report = JSON.parse(out);
    const profit = (group: string, change: string) =>
      report.rows.find((r: { group: string; change: string }) => r.group === group && r.change === change).metrics
        .profit;
    expect(profit('fees', '× 0')).toBeGreaterThan(profit('as it is', ''));
    expect(profit('fees', '× 3')).toBeLessThan(profit('fees', '× 2'));
    expect(profit('slippage', '+ 20 bps')).toBeLessThan(profit('slippage', '+ 1 bps'));
    expect(report.winning.period).toBe(1);
    expect(report.trades.totalReturn.p5).toBeGreaterThan(0);
    const other = report.rows.find((r: { change: string }) => r.change === 'NONE/USDT (new)');
    expect(other.error).toContain('DATA_MISSING');
    expect(report.words).toEqual(['Nothing that was tried broke it.']);
  });
});

/** Trials of a study that have ended, read while another process writes. */
async function trialsOf(file: string, study: string): Promise<number> {
  if (!existsSync(file)) return 0;
  const { default: Database } = await import('better-sqlite3');
  const db = new Database(file, { readonly: true });
  try {
    const row = db
      .prepare(
        "SELECT COUNT(*) AS n FROM trial JOIN study ON study.id = trial.study WHERE study.name = ? AND state <> 'running'",
      )
      .get(study) as { n: number };
    return row.n;
  } finally {
    db.close();
  }
}
