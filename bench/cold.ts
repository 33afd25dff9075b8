import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openCatalogue } from '../core/data/catalogue/catalogue.ts';
import { synthMarket } from '../core/data/synth/synth-market.ts';
import { type Figure, figure } from './figure.ts';

const PROGRAM = fileURLToPath(new URL('../bin/tidegate.js', import.meta.url));
const PAIRS = ['BTC', 'ETH', 'XRP', 'LTC', 'ADA', 'DOT', 'SOL', 'BNB', 'TRX', 'EOS'].map((coin) => `${coin}/USDT`);
const ROUNDS = Number(process.env.TIDEGATE_BENCH_ROUNDS ?? 7);

/** What a process says of itself as it ends: seconds of all its threads, and the most memory that it held. */
const PRELOAD = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => { const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage(); process.stderr.write('\\nUSED ' + (userCPUTime + systemCPUTime) / 1e6 + ' ' + maxRSS / 1024); });",
)}`;

interface Used {
  readonly seconds: number;
  readonly megabytes: number;
}

function used(args: readonly string[]): Used {
  // Its standard error, which execFileSync gives only on failure, comes in place of what it prints.
  const command = [process.execPath, '--import', PRELOAD, ...args].map((part) => `'${part.replaceAll("'", "'\\''")}'`);
  const text = execFileSync('/bin/sh', ['-c', `${command.join(' ')} 2>&1 >/dev/null`], { encoding: 'utf8' });
  const [, seconds, megabytes] = /USED (\S+) (\S+)/.exec(text) ?? [];
  if (!seconds) throw new Error(`the process said nothing of what it used: ${text}`);
  return { seconds: Number(seconds), megabytes: Number(megabytes) };
}

function median(runs: readonly Used[], of: keyof Used): number {
  return runs.map((run) => run[of]).sort((a, b) => a - b)[runs.length >> 1]!;
}

/**
 * Whole processes of a clone (its sources, stripped and compiled in Node's cache) from start to end: CPU seconds and the most memory (MiB) of an empty Node, `--version`, `--help`, and backtests of EmaCross on a
 * pair-year and on ten pair-years of 5m candles, page and kept result included. The kinds take turns, medians are given; references are the empty Node.
 */
export async function benches(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-cold-'));
  try {
    const [data, user] = [join(folder, 'data'), join(folder, 'user')];
    const market = synthMarket({
      seed: 7,
      pairs: PAIRS,
      from: Date.UTC(2023, 0, 1),
      days: 365,
      timeframe: '5m',
      tickMinutes: 0,
    });
    const catalogue = await openCatalogue(data);
    for (const pair of PAIRS) await catalogue.writeCandles('binance', pair, '5m', await market.candles('', pair, '5m'));
    const backtest = (pairs: readonly string[]) => [
      ...[PROGRAM, 'backtest', '-s', 'EmaCross', '--pairs', pairs.join(), '--timeframe', '5m', '--data', data],
      ...['--userdir', user],
    ];
    const kinds = {
      node: ['-e', '0'],
      version: [PROGRAM, '--version'],
      help: [PROGRAM, '--help'],
      'pair-year': backtest(PAIRS.slice(0, 1)),
      'ten-pair-years': backtest(PAIRS),
    } as const;
    const runs = new Map<string, Used[]>(Object.keys(kinds).map((kind) => [kind, []]));
    // The first round fills the caches of compiled code and of candles.
    for (let round = -1; round < ROUNDS; round++)
      for (const [kind, args] of Object.entries(kinds)) {
        mkdirSync(user);
        const one = used(args);
        rmSync(user, { recursive: true });
        if (round >= 0) runs.get(kind)!.push(one);
      }
    const empty = runs.get('node')!;
    return [...runs].flatMap(([kind, list]) => [
      figure(`cold.${kind}-cpu`, median(list, 'seconds'), 's', median(empty, 'seconds')),
      figure(`cold.${kind}-memory`, median(list, 'megabytes'), 'MiB', median(empty, 'megabytes')),
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
