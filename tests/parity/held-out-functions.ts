import { bool, choice, int, type ParameterTree, type ParamValue, real } from '../../core/strategy/parameters.ts';

type Values = Readonly<Record<string, ParamValue>>;

/** A function of `run-optuna.py`: its space, what it computes, and for several objectives the reference point of its hypervolume. */
export interface HeldOut {
  readonly space: ParameterTree;
  readonly evaluate: (params: Values) => readonly number[];
  readonly reference?: readonly number[];
}

const { PI, cos, sin, exp, sqrt, log10, E } = Math;
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const box = (dims: number, low: number, high: number): ParameterTree =>
  Object.fromEntries(Array.from({ length: dims }, (_, i) => [`x${i}`, real(low, high)]));
const vector = (p: Values): number[] => Array.from({ length: Object.keys(p).length }, (_, i) => p[`x${i}`] as number);

const on = (space: ParameterTree, f: (x: readonly number[]) => number): HeldOut => ({
  space,
  evaluate: (p) => [f(vector(p))],
});

const HARTMANN3 = {
  weights: [
    [3, 10, 30],
    [0.1, 10, 35],
    [3, 10, 30],
    [0.1, 10, 35],
  ],
  centres: [
    [0.3689, 0.117, 0.2673],
    [0.4699, 0.4387, 0.747],
    [0.1091, 0.8732, 0.5547],
    [0.0381, 0.5743, 0.8828],
  ],
  alpha: [1, 1.2, 3, 3.2],
};
const KINDS: Readonly<Record<string, number>> = { sma: 0.5, ema: 0.15, wma: 0.3, hull: 0, kama: 0.7 };

/** The functions of `run-optuna.py`, written a second time. */
export const HELD_OUT: Readonly<Record<string, HeldOut>> = {
  branin_moved: on({ x0: real(-10, 2), x1: real(0, 12) }, ([x0, b]) => {
    const a = -x0!;
    return (b! - (5.1 / (4 * PI ** 2)) * a * a + (5 / PI) * a - 6) ** 2 + 10 * (1 - 1 / (8 * PI)) * cos(a) + 10;
  }),
  ackley6: on(box(6, -20, 12), (xs) => {
    const x = xs.map((v) => v - 0.7);
    const n = x.length;
    return -20 * exp(-0.2 * sqrt(sum(x.map((v) => v * v)) / n)) - exp(sum(x.map((v) => cos(2 * PI * v))) / n) + 20 + E;
  }),
  levy6: on(box(6, -8, 10), (x) => {
    const w = x.map((v) => 1 + (v - 1) / 4);
    const last = w.at(-1)!;
    const inner = w.slice(0, -1).map((v) => (v - 1) ** 2 * (1 + 10 * sin(PI * v + 1) ** 2));
    return sin(PI * w[0]!) ** 2 + sum(inner) + (last - 1) ** 2 * (1 + sin(2 * PI * last) ** 2);
  }),
  styblinski4: on(box(4, -5, 5), (x) => sum(x.map((v) => v ** 4 - 16 * v * v + 5 * v)) / 2),
  hartmann3: on(box(3, 0, 1), (x) => {
    const { weights, centres, alpha } = HARTMANN3;
    return -sum(alpha.map((a, i) => a * exp(-sum(x.map((v, j) => weights[i]![j]! * (v - centres[i]![j]!) ** 2)))));
  }),
  zakharov4: on(box(4, -5, 10), (x) => {
    const s = sum(x.map((v, i) => 0.5 * (i + 1) * v));
    return sum(x.map((v) => v * v)) + s ** 2 + s ** 4;
  }),
  mixed7: {
    space: {
      fast: int(5, 60),
      slow: int(20, 240),
      cap: real(50, 95),
      stop: real(0.005, 0.5, 0.005, { log: true }),
      kind: choice(['sma', 'ema', 'wma', 'hull', 'kama']),
      hours: int(1, 24),
      on: bool(),
    },
    evaluate(p) {
      const n = (name: string) => p[name] as number;
      let loss = ((n('fast') - 23) / 15) ** 2 + ((n('slow') - 5 * n('fast')) / 60) ** 2 + ((n('cap') - 68) / 12) ** 2;
      loss += log10(n('stop') / 0.04) ** 2 + KINDS[p.kind as string]!;
      return [loss + (p.on ? 0 : 0.4) + 0.02 * Math.abs(n('hours') - 9) * (p.on ? 2 : 1)];
    },
  },
  branches: {
    space: {
      model: choice(['tree', 'linear', 'net']),
      rate: real(1e-5, 1, 1e-5, { log: true }),
      depth: int(2, 32, 2, { when: { model: 'tree' } }),
      units: int(8, 256, 8, { step: 8, when: { model: 'net' } }),
      dropout: real(0, 0.9, 0, { when: { model: 'net' } }),
    },
    evaluate(p) {
      const n = (name: string) => p[name] as number;
      const loss = 0.15 * log10(n('rate') / 0.003) ** 2;
      if (p.model === 'tree') return [loss + 0.25 + 0.003 * (n('depth') - 9) ** 2];
      if (p.model === 'linear') return [loss + 0.45];
      return [loss + (0.0002 * (n('units') - 96) ** 2) / 8 + 0.8 * (n('dropout') - 0.25) ** 2];
    },
  },
  dtlz2: {
    space: box(7, 0, 1),
    reference: [2.5, 2.5, 2.5],
    evaluate(p) {
      const x = vector(p);
      const g = 1 + sum(x.slice(2).map((v) => (v - 0.5) ** 2));
      const [a, b] = [(x[0]! * PI) / 2, (x[1]! * PI) / 2];
      return [g * cos(a) * cos(b), g * cos(a) * sin(b), g * sin(a)];
    },
  },
  zdt2: {
    space: box(6, 0, 1),
    reference: [1.1, 7],
    evaluate(p) {
      const [first, ...rest] = vector(p) as [number, ...number[]];
      const g = 1 + (9 * sum(rest)) / 5;
      return [first, g * (1 - (first / g) ** 2)];
    },
  },
};
