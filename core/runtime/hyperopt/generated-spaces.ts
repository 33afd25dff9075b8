import { bool, type LeafParameter, real } from '../../strategy/parameters.ts';
import type { Strategy } from '../../strategy/strategy.ts';

/** Attributes of a strategy that generated spaces set. */
export type TunedAttributes = Partial<
  Pick<
    Strategy,
    | 'minimalRoi'
    | 'stoploss'
    | 'trailingStop'
    | 'trailingStopPositive'
    | 'trailingStopPositiveOffset'
    | 'trailingOnlyOffsetIsReached'
  >
>;

type Values = Readonly<Record<string, unknown>>;

/** A space that needs no declaration: its parameters, and the attributes that their values mean. */
interface GeneratedSpace {
  readonly tree: (strategy: Strategy, minutes: number) => Readonly<Record<string, LeafParameter>>;
  readonly attributes: (values: Values) => TunedAttributes;
}

const round3 = (x: number) => Math.round(x * 1000) / 1000;
const number = (values: Values, name: string) => values[name] as number;

/**
 * The table of four rows that Freqtrade's users know: leave at p1+p2+p3 at once, at p1+p2 after t3 minutes, at p1 after t3+t2, at nothing after
 * t3+t2+t1. Its ranges are Freqtrade's: times grow with the timeframe (in units of 5 minutes), ratios with its logarithm.
 */
const roi: GeneratedSpace = {
  tree(_, minutes) {
    const time = (low: number, high: number) => {
      const scale = minutes / 5;
      return real(Math.max(1, Math.round(low * scale)), Math.max(2, Math.round(high * scale)), undefined, {
        space: 'roi',
        step: 1,
      });
    };
    const scale = Math.log1p(minutes) / Math.log1p(5);
    const ratio = (low: number, high: number) =>
      real(round3(low * scale), round3(high * scale), undefined, { space: 'roi', step: 0.001 });
    return {
      'roi.t1': time(10, 120),
      'roi.t2': time(10, 60),
      'roi.t3': time(10, 40),
      'roi.p1': ratio(0.01, 0.04),
      'roi.p2': ratio(0.01, 0.07),
      'roi.p3': ratio(0.01, 0.2),
    };
  },
  attributes(values) {
    const [t1, t2, t3] = ['roi.t1', 'roi.t2', 'roi.t3'].map((k) => Math.round(number(values, k)));
    const [p1, p2, p3] = ['roi.p1', 'roi.p2', 'roi.p3'].map((k) => number(values, k));
    return {
      minimalRoi: {
        0: round3(p1! + p2! + p3!),
        [t3!]: round3(p1! + p2!),
        [t3! + t2!]: round3(p1!),
        [t3! + t2! + t1!]: 0,
      },
    };
  },
};

const stoploss: GeneratedSpace = {
  tree: (strategy) => ({
    stoploss: real(-0.35, -0.02, Math.min(-0.02, Math.max(-0.35, round3(strategy.stoploss))), {
      space: 'stoploss',
      step: 0.001,
    }),
  }),
  attributes: (values) => ({ stoploss: round3(number(values, 'stoploss')) }),
};

/** As Freqtrade's: trailing is on, the offset lies above the distance by `trailing.gap`. */
const trailing: GeneratedSpace = {
  tree: () => ({
    'trailing.positive': real(0.01, 0.35, undefined, { space: 'trailing', step: 0.001 }),
    'trailing.gap': real(0.001, 0.1, undefined, { space: 'trailing', step: 0.001 }),
    'trailing.onlyOffset': bool(false, { space: 'trailing' }),
  }),
  attributes: (values) => ({
    trailingStop: true,
    trailingStopPositive: round3(number(values, 'trailing.positive')),
    trailingStopPositiveOffset: round3(number(values, 'trailing.positive') + number(values, 'trailing.gap')),
    trailingOnlyOffsetIsReached: values['trailing.onlyOffset'] as boolean,
  }),
};

/** Spaces that are there without being written, by group. */
export const GENERATED: Readonly<Record<string, GeneratedSpace>> = { roi, stoploss, trailing };

/** The group that a generated parameter belongs to, or undefined for one that a strategy declares. */
export function generatedGroup(name: string): string | undefined {
  const group = name.split('.')[0]!;
  if (group === 'stoploss') return name === 'stoploss' ? group : undefined;
  return name.includes('.') && group in GENERATED ? group : undefined;
}
