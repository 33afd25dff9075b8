import type { Command } from 'commander';
import { didYouMean, TidegateError } from '../foundation/errors.ts';

interface ComputeFlags {
  readonly feature: readonly string[];
  readonly input: string;
  readonly type?: string;
  readonly json?: boolean;
  readonly last?: string;
}

/** `tidegate compute` */
export function registerCompute(program: Command): void {
  program
    .command('compute')
    .description('features of a data file, one value per row')
    .requiredOption(
      '-f, --feature <spec>',
      'name, name:{"option":value}, or an expression: close.sub(sma(close, 20)).div(atr); may be given several times',
      (value: string, before: readonly string[] = []) => [...before, value],
    )
    .requiredOption('-i, --input <file>', 'candles as CSV, CSV.gz, JSON, Feather or Parquet')
    .option('--type <type>', 'what the file holds: candles or mark', 'candles')
    .option('--last <n>', 'only the last n rows')
    .option('--json', 'one JSON document: {time, features: {name: values}}; undefined values are null')
    .addHelpText(
      'after',
      `\nInputs are columns of the same name; others (x, y) are close and volume, or named: correl:{"period":30,"inputs":["high","low"]}.\nAn expression is written as in a strategy's features(), with columns and \`candles\` for m.candles; name=expression names its column.\n\nExamples:\n  tidegate compute -f 'rsi:{"period":14}' -f macd -i BTC_USDT-1h.csv.gz --json\n  tidegate compute -f supertrend -i candles.parquet --last 5\n  tidegate compute -f 'stretch=close.sub(vwapRolling).div(atr(14))' -f 'crossOver(ema(close, 12), ema(close, 26))' -i candles.csv\n`,
    )
    .action(compute);
}

async function compute(flags: ComputeFlags): Promise<void> {
  const [{ readCandleColumns }, { parseFeatureSpec, readExpression }, { computeExpression }, { runFeature }] =
    await Promise.all([
      import('./candle-columns.ts'),
      import('./feature-spec.ts'),
      import('./compute-expression.ts'),
      import('../indicators/feature.ts'),
    ]);
  const specs = flags.feature.map((text) => readExpression(text) ?? parseFeatureSpec(text));
  const columns = await readCandleColumns(flags.input, flags.type === 'mark' ? 'mark' : 'candles');
  const out = new Map<string, Float64Array>();
  for (const [k, spec] of specs.entries()) {
    if ('expression' in spec) {
      out.set(spec.name, computeExpression(spec.expression, columns, flags.input));
      continue;
    }
    const { definition } = spec.feature;
    const values = runFeature(
      definition,
      spec.options,
      spec.inputs.map((name) => columnOf(columns, name, flags.input)),
    );
    const name = specs.filter((s) => s.name === spec.name).length > 1 ? flags.feature[k]! : spec.name;
    definition.outputs.forEach((output, o) => {
      out.set(definition.outputs.length === 1 ? name : `${name}.${output}`, values[o]!);
    });
  }
  const from = Math.max(
    0,
    columns.time!.length - (flags.last === undefined ? Number.POSITIVE_INFINITY : Number(flags.last)),
  );
  const time = columns.time!.subarray(from);
  if (flags.json) {
    const list = (values: Float64Array) => Array.from(values.subarray(from), (x) => (Number.isFinite(x) ? x : null));
    process.stdout.write(
      `${JSON.stringify({ time: Array.from(time), features: Object.fromEntries([...out].map(([name, values]) => [name, list(values)])) })}\n`,
    );
    return;
  }
  process.stdout.write(`time,${[...out.keys()].map(quoted).join(',')}\n`);
  for (let i = 0; i < time.length; i++)
    process.stdout.write(
      `${new Date(time[i]!).toISOString()},${[...out.values()].map((v) => (Number.isNaN(v[from + i]!) ? '' : String(v[from + i]))).join(',')}\n`,
    );
}

/** A name as CSV has it. */
function quoted(name: string): string {
  return /[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

function columnOf(columns: Readonly<Record<string, Float64Array>>, name: string, file: string): Float64Array {
  const found = columns[name];
  if (found) return found;
  throw new TidegateError('DATA_COLUMNS', `there is no column "${name}"`, {
    where: file,
    remedy: didYouMean(name, Object.keys(columns)) || `It has ${Object.keys(columns).join(', ')}.`,
  });
}
