import { once } from 'node:events';
import type { Command } from 'commander';
import { CONFIG_OPTION, choiceOf, repeated, userFolderOf, wholeOf } from './option-values.ts';
import { registryOf } from './run-options.ts';

/** Rows that are written in one piece. */
const ROWS_AT_ONCE = 1000;

interface ComputeFlags {
  readonly feature: readonly string[];
  readonly input: string;
  readonly type: 'candles' | 'mark';
  readonly userdir: string;
  readonly config?: readonly string[];
  readonly json?: boolean;
  readonly last?: number;
}

/** `tidegate compute` */
export function registerCompute(program: Command): void {
  program
    .command('compute')
    .description('features of a data file, one value per row')
    .requiredOption(
      '-f, --feature <spec>',
      'feature or feature set, name:{"option":value}, or an expression: close.sub(sma(close, 20)).div(atr); may be given several times',
      repeated,
    )
    .requiredOption('-i, --input <file>', 'candles as CSV, CSV.gz, JSON, Feather or Parquet')
    .option('--type <type>', 'what the file holds: candles or mark', choiceOf('--type', ['candles', 'mark']), 'candles')
    .option('--userdir <dir>', 'user folder, for feature sets of your own', userFolderOf, 'user_data')
    .option(...CONFIG_OPTION)
    .option('--last <n>', 'only the last n rows', wholeOf('--last', 1))
    .option('--json', 'one JSON document: {time, features: {name: values}}; undefined values are null')
    .addHelpText(
      'after',
      `\nInputs are columns of the same name; others (x, y) are close and volume, or named: correl:{"period":30,"inputs":["high","low"]}.\nAn expression is written as in a strategy's features(), with columns and \`candles\` for m.candles; name=expression names its column. Names are also read as TA-Lib spells them: PLUS_DI, CDLHAMMER.\nA set gives all its columns; expand multiplies it over periods, longer timeframes and lags.\n\nExamples:\n  tidegate compute -f 'rsi:{"period":14}' -f macd -i BTC_USDT-1h.csv.gz --json\n  tidegate compute -f supertrend -i candles.parquet --last 5\n  tidegate compute -f 'stretch=close.sub(vwapRolling).div(atr(14))' -f 'crossOver(ema(close, 12), ema(close, 26))' -i candles.csv\n  tidegate compute -f technical -f 'rsi:{"expand":{"periods":[7,14],"timeframes":["4h"],"lags":[1]}}' -i BTC_USDT-1h.csv.gz\n`,
    )
    .action(compute);
}

async function compute(flags: ComputeFlags): Promise<void> {
  const [{ readCandleColumns }, { computeColumns }] = await Promise.all([
    import('./candle-columns.ts'),
    import('./compute-columns.ts'),
  ]);
  const columns = await readCandleColumns(flags.input, flags.type);
  const out = await computeColumns(flags.feature, columns, flags.input, () => registryOf(flags));
  const rows = columns.time!.length;
  const from = Math.max(0, rows - (flags.last ?? rows));
  if (flags.json) {
    const list = (values: Float64Array) => Array.from(values.subarray(from), (x) => (Number.isFinite(x) ? x : null));
    const features = Object.fromEntries([...out].map(([name, values]) => [name, list(values)]));
    process.stdout.write(`${JSON.stringify({ time: Array.from(columns.time!.subarray(from)), features })}\n`);
    return;
  }
  process.stdout.write(`time,${[...out.keys()].map(quoted).join(',')}\n`);
  const lists = [...out.values()];
  for (let at = from; at < rows; at += ROWS_AT_ONCE) {
    let text = '';
    for (let i = at; i < Math.min(rows, at + ROWS_AT_ONCE); i++) {
      text += new Date(columns.time![i]!).toISOString();
      for (const values of lists) text += Number.isNaN(values[i]!) ? ',' : `,${values[i]}`;
      text += '\n';
    }
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  }
}

/** A name as CSV has it. */
function quoted(name: string): string {
  return /[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
