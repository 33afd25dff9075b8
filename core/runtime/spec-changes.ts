import type { InstrumentSpec } from '../domain/instrument.ts';
import type { Instrument } from '../domain/tradable.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { MarketData } from '../ports/market-data.ts';

/**
 * The stored specifications that begin to hold after `first` and until `to` (ms UTC), in order of time. Asked for backwards, from one's
 * beginning to the one before: none is missed, and none is asked for where nothing changes.
 */
export async function specChanges(
  data: MarketData,
  exchange: string,
  first: InstrumentSpec,
  to: number,
): Promise<readonly InstrumentSpec[]> {
  const changes: InstrumentSpec[] = [];
  let { spec } = await data.specAt(exchange, first.pair, to);
  while (spec.validFrom > first.validFrom) {
    changes.unshift(spec);
    const before = (await data.specAt(exchange, first.pair, spec.validFrom - 1)).spec;
    if (before.validFrom >= spec.validFrom) break;
    spec = before;
  }
  return changes;
}

/**
 * Refuses changes that a run cannot live through: orders and positions are in whole ticks and lots.
 * @throws TidegateError SPEC_CHANGES with the date of the first
 */
export function checkChanges(first: InstrumentSpec, changes: readonly InstrumentSpec[]): void {
  for (const next of changes) {
    const what = (
      [
        ['price tick', first.priceTick, next.priceTick],
        ['amount step', first.amountStep, next.amountStep],
        ['contract size', first.contractSize, next.contractSize],
      ] as const
    ).find(([, before, after]) => before !== after);
    if (!what) continue;
    const [name, before, after] = what;
    const date = new Date(next.validFrom).toISOString();
    const day = date.slice(0, 10).replaceAll('-', '');
    throw new TidegateError(
      'SPEC_CHANGES',
      `the ${name} of ${first.pair} changes from ${before} to ${after} on ${date}`,
      {
        remedy: `End the run there, --timerange START-${day}, and run what comes after apart.`,
        details: { pair: first.pair, validFrom: next.validFrom, before, after },
      },
    );
  }
}

/** The part of a run that is driven through time. */
interface Advancing {
  /** Processes what opens before `until` (ms UTC); false at the end of the data. */
  advance(until: number): boolean;
}

/**
 * A run that is stopped at each change to apply it: a specification holds from the first candle that opens at or after its `validFrom`. The run
 * itself where nothing changes.
 */
export function withChanges(
  run: Advancing,
  pairs: readonly { readonly instrument: Instrument; readonly changes: readonly InstrumentSpec[] }[],
): Advancing {
  const all = pairs
    .flatMap(({ instrument, changes }) => changes.map((spec) => ({ instrument, spec })))
    .sort((a, b) => a.spec.validFrom - b.spec.validFrom);
  if (all.length === 0) return run;
  let next = 0;
  return {
    advance(until) {
      for (; next < all.length && all[next]!.spec.validFrom < until; next++) {
        const { instrument, spec } = all[next]!;
        if (!run.advance(spec.validFrom)) return false;
        instrument.change(spec);
      }
      return run.advance(until);
    },
  };
}
