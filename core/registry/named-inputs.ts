import { z } from 'zod';
import { didYouMean, TidegateError } from '../foundation/errors.ts';
import type { TickHost, TickInput } from '../ports/tick-features.ts';

/** Features of ticks by name, in the options of a feature that lives on them: `vpin`, `vpin.value`, or `{ name: ofi, take: [z], levels: 3 }`. */
export const namedInputsSchema = z.array(
  z.union([
    z.string().min(1),
    z.looseObject({ name: z.string().min(1), take: z.array(z.string().min(1)).min(1).optional() }),
  ]),
);

type NamedInputs = z.infer<typeof namedInputsSchema>;

/** What such options ask for: `inputs` of a `defineTickFeature`. */
export function inputsOf(named: NamedInputs): readonly TickInput[] {
  return named.map((entry) => {
    if (typeof entry === 'string') return { name: entry.split('.')[0]! };
    const { take: _take, ...input } = entry;
    return input;
  });
}

/** The chosen numbers of named inputs as one vector: all that a feature says where none is chosen. */
export interface InputVector {
  /** `vpin.value`, … */
  readonly names: readonly string[];
  /** Writes the numbers as of now; NaN is "not known yet". */
  read(into: Float64Array): void;
}

/** @throws TidegateError FEATURE_UNKNOWN for a number that a feature does not say */
export function inputVector(named: NamedInputs, host: TickHost): InputVector {
  const columns = named.flatMap((entry, k) => {
    const [name, one] = typeof entry === 'string' ? entry.split('.') : [entry.name];
    const values = host.inputs?.[k] ?? {};
    const all = Object.keys(values);
    const take = typeof entry === 'string' ? (one === undefined ? all : [one]) : (entry.take ?? all);
    for (const key of take)
      if (!all.includes(key))
        throw new TidegateError('FEATURE_UNKNOWN', `"${name}" says nothing called "${key}"`, {
          remedy: `${didYouMean(key, all)} It says: ${all.join(', ')}.`.trim(),
        });
    return take.map((key) => ({ name: `${name}.${key}`, key, values }));
  });
  return {
    names: columns.map(({ name }) => name),
    read(into) {
      for (let i = 0; i < columns.length; i++) into[i] = columns[i]!.values[columns[i]!.key]!;
    },
  };
}
