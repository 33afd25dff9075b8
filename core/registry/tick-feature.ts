import type { z } from 'zod';
import { TidegateError } from '../foundation/errors.ts';
import type { TickFeature, TickHost, TickInput } from '../ports/tick-features.ts';
import type { Plugin } from './define-plugin.ts';

/** Why a module of trades and books cannot make series of candles. */
export function needsTicks(name: string): TidegateError {
  return new TidegateError('FEATURE_OF_TICKS', `"${name}" is made of trades and books, not of candles`, {
    remedy: `Declare it as m.ticks('${name}') in a strategy that runs on ticks.`,
  });
}

/**
 * Declares a feature of trades and books, a plugin of kind `feature`: `stream` makes the feature of one market, which is then fed event by event.
 * Strategies use it by name: `m.ticks('vpin', { windowMs: 60_000 })`.
 */
export function defineTickFeature<S extends z.ZodObject>(feature: {
  readonly name: string;
  readonly version: string;
  readonly doc: string;
  readonly options: S;
  /** Other features of ticks that it lives on: `host.inputs` has their values, in this order. */
  readonly inputs?: (options: z.infer<S>) => readonly TickInput[];
  readonly stream: (options: z.infer<S>, host: TickHost) => TickFeature;
}): Plugin<'feature', S> {
  const { name, version, doc, options, inputs, stream } = feature;
  return {
    kind: 'feature',
    name,
    version,
    doc,
    options,
    create: (chosen) => ({
      name,
      define: () => {
        throw needsTicks(name);
      },
      ...(inputs && { inputs: inputs(chosen) }),
      stream: (host) => stream(chosen, host),
    }),
  };
}
