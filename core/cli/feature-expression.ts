import { didYouMean, TidegateError } from '../foundation/errors.ts';
import * as functions from '../indicators/expressions/functions.ts';
import { callName, takesCandles } from '../indicators/feature.ts';
import { FEATURES, findFeature } from '../indicators/library.ts';
import { type CandleSeries, Series, source } from '../indicators/series.ts';
import { type Token, tokensOf } from './expression-tokens.ts';

/** What a part of an expression may be: a series, the record of a feature with several outputs, `candles`, or a constant. */
type Value = Series | CandleSeries | number | string | boolean | Readonly<Record<string, unknown>>;
type Callable = (...args: readonly unknown[]) => Series | Readonly<Record<string, Series>>;

/** Operations on a series, as strategies write them. */
const METHODS = [
  ...['add', 'sub', 'mul', 'div', 'pow', 'min', 'max', 'neg', 'abs', 'log', 'sqrt', 'shift', 'clip'],
  ...['gt', 'gte', 'lt', 'lte', 'eq', 'and', 'or', 'not'],
] as const;
type Method = (typeof METHODS)[number];

const FUNCTIONS: Readonly<Record<string, Callable>> = { ...functions } as never;
const callNames = [...FEATURES.keys()].map(callName);

/**
 * Reads what a strategy would write in `features()`: `close.sub(vwapRolling(candles, 20)).div(atr)`. Names are columns, features and functions of
 * conditions; a feature named without its inputs takes the candles, or `close`. Nothing is evaluated as code.
 * @param columns columns of the data
 * @throws TidegateError FEATURE_SYNTAX with the place, FEATURE_UNKNOWN (nearest suggested), and what features and operations throw
 */
export function parseExpression(text: string, candles: CandleSeries, columns: readonly string[]): Series {
  const tokens = tokensOf(text);
  let at = 0;
  const fail = (what: string, token: Token, remedy?: string): never => {
    throw new TidegateError('FEATURE_SYNTAX', `${what} at character ${token.at + 1} of "${text}"`, {
      ...(remedy && { remedy }),
    });
  };
  const peek = () => tokens[at]!;
  const is = (symbol: string) => peek().kind === 'symbol' && peek().text === symbol;
  const take = (symbol: string): void => {
    if (!is(symbol)) fail(`expected "${symbol}", got ${named(peek())}`, peek());
    at++;
  };

  const list = (): Value[] => {
    const values: Value[] = [];
    take('(');
    while (!is(')')) {
      if (values.length > 0) take(',');
      values.push(value());
    }
    take(')');
    return values;
  };

  const record = (): Record<string, Value> => {
    const values: Record<string, Value> = {};
    take('{');
    while (!is('}')) {
      if (Object.keys(values).length > 0) take(',');
      const key = peek();
      if (key.kind !== 'name' && key.kind !== 'text') fail(`expected a name, got ${named(key)}`, key);
      at++;
      take(':');
      values[key.text] = value();
    }
    take('}');
    return values;
  };

  const called = (name: string, token: Token, args: readonly Value[]): Value => {
    if (Object.hasOwn(FUNCTIONS, name)) return FUNCTIONS[name]!(...args);
    const feature = findFeature(name)?.feature;
    if (!feature) {
      const known = [...columns, 'candles', ...Object.keys(FUNCTIONS), ...callNames];
      throw new TidegateError(
        'FEATURE_UNKNOWN',
        `there is no column or feature "${name}" at character ${token.at + 1}`,
        {
          where: text,
          remedy: `${didYouMean(name, known)} "tidegate list features" shows all ${FEATURES.size}.`.trim(),
        },
      );
    }
    const { definition } = feature;
    const call = feature as unknown as Callable;
    const hasInputs = args[0] instanceof Series || args[0] === candles;
    if (hasInputs) return call(...args);
    if (takesCandles(definition)) return call(candles, ...args);
    const defaults = definition.inputs.map((_, k) => (k === 0 ? candles.close : candles.volume));
    return call(...defaults, ...args);
  };

  const primary = (): Value => {
    const token = peek();
    at++;
    if (token.kind === 'number') return Number(token.text);
    if (token.kind === 'text') return token.text;
    if (token.kind === 'name') {
      if (token.text === 'true' || token.text === 'false') return token.text === 'true';
      if (token.text === 'candles') return candles;
      if (is('(')) return called(token.text, token, list());
      if (columns.includes(token.text)) return source(candles.close.grid, token.text);
      return called(token.text, token, []);
    }
    at--;
    if (is('(')) {
      at++;
      const inner = value();
      take(')');
      return inner;
    }
    if (is('{')) return record();
    return fail(`expected a value, got ${named(token)}`, token);
  };

  const value = (): Value => {
    let made = primary();
    while (is('.')) {
      at++;
      const token = peek();
      if (token.kind !== 'name') fail(`expected a name after ".", got ${named(token)}`, token);
      at++;
      const name = token.text;
      if (made instanceof Series) {
        if (!METHODS.includes(name as Method))
          fail(`series have no operation "${name}"`, token, suggestion(name, METHODS));
        made = (made[name as Method] as Callable).apply(made, list());
        continue;
      }
      const outputs = made as Readonly<Record<string, Value>>;
      if (typeof made !== 'object' || !Object.hasOwn(outputs, name))
        fail(
          `there is no "${name}" here`,
          token,
          typeof made === 'object' ? suggestion(name, Object.keys(outputs)) : '',
        );
      made = outputs[name]!;
    }
    return made;
  };

  const made = value();
  if (peek().kind !== 'end') fail(`expected the end, got ${named(peek())}`, peek());
  if (made instanceof Series) return made;
  const outputs = typeof made === 'object' ? Object.keys(made) : [];
  return fail(
    'the expression gives no series: its end is',
    peek(),
    outputs.length > 0 ? `Name one of its outputs: .${outputs.join(', .')}.` : 'Begin with a column or a feature.',
  );
}

function suggestion(name: string, known: readonly string[]): string {
  return didYouMean(name, known) || `There are ${known.join(', ')}.`;
}

function named(token: Token): string {
  return token.kind === 'end' ? 'the end' : `"${token.text}"`;
}
