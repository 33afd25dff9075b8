import type { GaussianHmm } from './hmm.ts';

/** Which columns of a regime model carry what: the return, and a volatility where there is one (else the state's own deviation counts). */
export interface StateColumns {
  readonly returnColumn?: number;
  readonly volatilityColumn?: number;
}

/** The same model with its states in the given order: new state k is old state `order[k]`. */
export function reorderStates(model: GaussianHmm, order: readonly number[]): GaussianHmm {
  const { states, dims } = model;
  const size = model.covariances.length / states;
  const blocks = (values: Float64Array, width: number) =>
    Float64Array.from(
      { length: states * width },
      (_, k) => values[order[Math.floor(k / width)]! * width + (k % width)]!,
    );
  return {
    ...model,
    start: blocks(model.start, 1),
    transition: Float64Array.from(
      { length: states * states },
      (_, k) => model.transition[order[Math.floor(k / states)]! * states + order[k % states]!]!,
    ),
    means: blocks(model.means, dims),
    covariances: blocks(model.covariances, size),
  };
}

/**
 * Sorts and names the states of a market model, so that a re-fit calls the same thing by the same name. Three states become `trend`,
 * `chop`, `high-stress`: the most volatile is high-stress; of the others the one with the larger |mean return| / deviation is trend. Two
 * become `calm`, `high-stress`; other numbers `state-1` … by rising volatility.
 */
export function nameStates(
  model: GaussianHmm,
  columns: StateColumns = {},
): { readonly model: GaussianHmm; readonly names: readonly string[] } {
  const { states, dims, means, covariances } = model;
  const { returnColumn = 0, volatilityColumn } = columns;
  const size = covariances.length / states;
  const deviation = (s: number) =>
    Math.sqrt(covariances[s * size + (size === dims ? returnColumn : returnColumn * (dims + 1))]!);
  const volatility = (s: number) =>
    volatilityColumn === undefined ? deviation(s) : means[s * dims + volatilityColumn]!;
  const byVolatility = Array.from({ length: states }, (_, s) => s).sort((a, b) => volatility(a) - volatility(b));
  if (states !== 3) {
    const names = states === 2 ? ['calm', 'high-stress'] : byVolatility.map((_, k) => `state-${k + 1}`);
    return { model: reorderStates(model, byVolatility), names };
  }
  const drift = (s: number) => Math.abs(means[s * dims + returnColumn]!) / deviation(s);
  const [a, b, wild] = byVolatility as [number, number, number];
  const order = drift(a) >= drift(b) ? [a, b, wild] : [b, a, wild];
  return { model: reorderStates(model, order), names: ['trend', 'chop', 'high-stress'] };
}
