import { expect, it } from 'vitest';
import { seeded } from '../../core/foundation/rng.ts';
import { TALIB } from '../vectors/talib.ts';

const ROWS = 10_000_000;
const CHUNK = 50_000;
/** Rows that the fresh kernels see: more than any window here. */
const TAIL = 400;

/** The windowed functions: what they give must not depend on how long ago the history began. */
const WINDOWED = [
  ...['SMA', 'WMA', 'TRIMA', 'SUM', 'BBANDS', 'VAR', 'STDDEV', 'LINEARREG', 'LINEARREG_SLOPE', 'LINEARREG_INTERCEPT'],
  ...[
    'LINEARREG_ANGLE',
    'TSF',
    'CORREL',
    'BETA',
    'MFI',
    'IMI',
    'ULTOSC',
    'CCI',
    'AVGDEV',
    'MAX',
    'MIN',
    'STOCH',
    'AROON',
  ],
];

type Row = Record<string, Float64Array>;
const NAMES = ['open', 'high', 'low', 'close', 'volume'];

/** Chunks of one long seeded walk around 60,000, `before` rows of the last chunk in front of each. */
function* chunks(before: number): Generator<{ from: number; columns: Row }> {
  const rng = seeded('drift');
  const columns: Row = Object.fromEntries(NAMES.map((k) => [k, new Float64Array(before + CHUNK)]));
  let price = 60_000;
  for (let from = 0; from < ROWS; from += CHUNK) {
    for (const k of NAMES) columns[k]!.copyWithin(0, CHUNK);
    for (let i = before; i < before + CHUNK; i++) {
      const open = price;
      // pulled back to 60,000, or ten million steps would carry it out of sight
      price = open * Math.exp(0.001 * rng.normal() - 0.0001 * Math.log(open / 60_000));
      columns.open![i] = open;
      columns.close![i] = price;
      columns.high![i] = Math.max(open, price) * (1 + 0.0004 * rng.next());
      columns.low![i] = Math.min(open, price) * (1 - 0.0004 * rng.next());
      columns.volume![i] = 1000 * rng.next();
    }
    yield { from, columns };
  }
}

it('holds 1e-9 against a fresh window after ten million rows', () => {
  const input = Object.fromEntries(NAMES.map((k) => [k, { values: new Float64Array(0), base: 0 }]));
  const runs = WINDOWED.map((fn) => {
    const { feature, inputs } = TALIB[fn]!;
    const { definition } = feature;
    const options = definition.options.parse({}) as never;
    const outputs = definition.outputs.map(() => ({ values: new Float64Array(TAIL + CHUNK), base: 0 }));
    const columns = inputs.map((k) => input[k]!);
    return { fn, definition, options, inputs, outputs, kernel: definition.create(options, columns, outputs) };
  });
  let last: Row = {};
  for (const { from, columns } of chunks(TAIL)) {
    for (const k of NAMES) Object.assign(input[k]!, { values: columns[k]!, base: from - TAIL });
    for (const { kernel, outputs } of runs) {
      for (const o of outputs) o.base = from - TAIL;
      kernel.advance(from, from + CHUNK);
    }
    last = columns;
  }
  for (const { fn, definition, options, inputs, outputs } of runs) {
    const fresh = definition.outputs.map(() => new Float64Array(TAIL));
    const kernel = definition.create(
      options,
      inputs.map((k) => ({ values: last[k]!.slice(-TAIL), base: 0 })),
      fresh.map((values) => ({ values, base: 0 })),
    );
    kernel.advance(0, TAIL);
    for (const [k, values] of fresh.entries())
      for (let back = 1; back <= 50; back++) {
        const want = values.at(-back)!;
        const got = outputs[k]!.values.at(-back)!;
        const off = Math.abs(got - want) / Math.abs(want || 1);
        expect(off, `${fn} ${definition.outputs[k]}, ${back} rows from the end: ${got} against ${want}`).toBeLessThan(
          1e-9,
        );
      }
  }
});
