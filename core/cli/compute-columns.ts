import { closeTimes, GridData } from '../columns/grid-data.ts';
import { type Timeframe, timeframe } from '../domain/timeframe.ts';
import { didYouMean, TidegateError, UsageError } from '../foundation/errors.ts';
import { runFeature } from '../indicators/feature.ts';
import { findFeature } from '../indicators/library.ts';
import { FeaturePlan } from '../indicators/plan.ts';
import type { Registry } from '../registry/registry.ts';
import { computeExpression } from './compute-expression.ts';
import { nameOfSpec, parseFeatureSpec, readExpression, type SetSpec } from './feature-spec.ts';

type Columns = Readonly<Record<string, Float64Array>>;

/**
 * The features that specs name over the columns of a file, by column name.
 * @throws TidegateError for a spec that cannot be read, a column that the file lacks, or two columns of one name (USAGE_FEATURE); sets that share names get `rsi#2`, as in a configuration
 */
export async function computeColumns(
  texts: readonly string[],
  columns: Columns,
  file: string,
  modules: () => Promise<Registry>,
): Promise<ReadonlyMap<string, Float64Array>> {
  const isPlain = (text: string) => readExpression(text) ?? (findFeature(nameOfSpec(text)) && !/"expand"/.test(text));
  const registry = texts.every(isPlain) ? undefined : await modules();
  const sets = registry?.list('feature').map(({ name }) => name) ?? [];
  const specs = texts.map((text) => readExpression(text) ?? parseFeatureSpec(text, sets));
  const names = specs.map((spec) => ('set' in spec ? '' : spec.name));
  const out = new Map<string, Float64Array>();
  const add = (name: string, values: Float64Array, text: string) => {
    if (out.has(name))
      throw new UsageError('USAGE_FEATURE', `two columns are called "${name}", the second by ${text}`, {
        remedy: `Name one of them: -f 'other=…' with an expression such as rsi(close, 14), or leave it out.`,
      });
    out.set(name, values);
  };
  for (const [k, spec] of specs.entries()) {
    const text = texts[k]!;
    if (texts.indexOf(text) < k)
      throw new UsageError('USAGE_FEATURE', `${text} is given twice`, { remedy: 'Leave one out.' });
    if ('expression' in spec) add(spec.name, computeExpression(spec.expression, columns, file), text);
    else if ('set' in spec)
      for (const [name, values] of await computeSet(spec, registry!, columns, file)) out.set(free(name, out), values);
    else {
      const { definition } = spec.feature;
      const inputs = spec.inputs.map((name) => columnOf(columns, name, file));
      // With options that tell it from another of its name it is called by all of the spec.
      const isOnly = names.indexOf(spec.name) === names.lastIndexOf(spec.name);
      const name = isOnly ? spec.name : text;
      runFeature(definition, spec.options, inputs).forEach((values, o) => {
        add(definition.outputs.length === 1 ? name : `${name}.${definition.outputs[o]}`, values, text);
      });
    }
  }
  return out;
}

/** A name that no column has yet, as configurations make it: `rsi#2`. */
function free(name: string, taken: ReadonlyMap<string, unknown>): string {
  let made = name;
  for (let k = 2; taken.has(made); k++) made = `${name}#${k}`;
  return made;
}

/** The columns of a feature set, or of one feature that is expanded. */
async function computeSet(
  { set, options }: SetSpec,
  registry: Registry,
  columns: Columns,
  file: string,
): Promise<readonly (readonly [string, Float64Array])[]> {
  const [{ columnDeclarer }, { declareMarket }] = await Promise.all([
    import('../runtime/learning/declared-columns.ts'),
    import('../strategy/market.ts'),
  ]);
  const declare = await columnDeclarer(registry, [{ ...options, name: set }]);
  const frame = frameOf(columns.time!);
  const market = declareMarket('the file', frame.name);
  const data = GridData.whole('file', columns, closeTimes(columns.time!, frame));
  const plan = new FeaturePlan((grid) => {
    if (grid.pair !== market.symbol || grid.type !== 'candles')
      throw new TidegateError('FEATURE_INPUT', `"${set}" reads ${nameOf(grid)}, which one file of candles has not`, {
        where: file,
        remedy:
          'Put the data into a folder with `tidegate data import`, then use `tidegate explore --features` or `tidegate dataset build`.',
      });
    return grid.timeframe === frame.name ? data : undefined;
  }, frame.name);
  const made = [...declare(market).series].map(([name, series]) => [name, plan.add(series)] as const);
  plan.advance();
  return made.map(([name, { values }]) => [name, values]);
}

const nameOf = ({ pair, type }: { readonly pair: string; readonly type: string }) =>
  type === 'candles' ? `candles of ${pair}` : type;

/** The timeframe that the rows of a file are apart: the least distance between neighbours. */
function frameOf(time: Float64Array): Timeframe {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < time.length; i++) {
    const apart = time[i]! - time[i - 1]!;
    if (apart > 0 && apart < least) least = apart;
  }
  for (const [unit, ms] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const)
    if (least % ms === 0 && least / ms < 1000) return timeframe(`${least / ms}${unit}`);
  return timeframe('1m');
}

function columnOf(columns: Columns, name: string, file: string): Float64Array {
  const found = columns[name];
  if (found) return found;
  throw new TidegateError('DATA_COLUMNS', `there is no column "${name}"`, {
    where: file,
    remedy: didYouMean(name, Object.keys(columns)) || `It has ${Object.keys(columns).join(', ')}.`,
  });
}
