/** A hidden Markov chain: probabilities of the first state and of moves, `transition[i * states + j]` from i to j. */
export interface Chain {
  readonly states: number;
  readonly start: Float64Array;
  readonly transition: Float64Array;
}

/** Buffers of the passes over `rows` rows, reused between calls. */
export interface PassBuffers {
  /** Log densities, filled by the caller. */
  readonly logDensity: Float64Array;
  readonly density: Float64Array;
  /** Filtered probabilities after `forwardPass`, smoothed ones after `smoothPass`. Row major. */
  readonly probability: Float64Array;
  readonly scale: Float64Array;
}

/** Buffers for so many rows and states. */
export function passBuffers(rows: number, states: number): PassBuffers {
  const matrix = () => new Float64Array(rows * states);
  return { logDensity: matrix(), density: matrix(), probability: matrix(), scale: new Float64Array(rows) };
}

/**
 * Forward filter: writes P(state[t] | rows up to t) to `probability` and returns the log likelihood. Uses nothing after t. Densities are
 * taken relative to the row's largest, so nothing underflows unless that state cannot be reached: such a row is taken relative to
 * the largest that can.
 */
export function forwardPass(chain: Chain, n: number, { logDensity, density, probability, scale }: PassBuffers): number {
  const { states, start, transition } = chain;
  const ahead = new Float64Array(states);
  let total = 0;
  let product = 1;
  for (let t = 0; t < n; t++) {
    const at = t * states;
    if (t === 0) ahead.set(start);
    else
      for (let j = 0; j < states; j++) {
        let sum = 0;
        for (let i = 0; i < states; i++) sum += probability[at - states + i]! * transition[i * states + j]!;
        ahead[j] = sum;
      }
    let top = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < states; j++) if (logDensity[at + j]! > top) top = logDensity[at + j]!;
    let sum = 0;
    for (let j = 0; j < states; j++) {
      const b = Math.exp(logDensity[at + j]! - top);
      density[at + j] = b;
      sum += ahead[j]! * b;
    }
    if (!(sum > 1e-200)) {
      top = Number.NEGATIVE_INFINITY;
      for (let j = 0; j < states; j++) if (ahead[j]! > 0 && logDensity[at + j]! > top) top = logDensity[at + j]!;
      sum = 0;
      for (let j = 0; j < states; j++) {
        density[at + j] = ahead[j]! > 0 ? Math.exp(logDensity[at + j]! - top) : 0;
        sum += ahead[j]! * density[at + j]!;
      }
    }
    scale[t] = sum;
    total += top;
    product *= sum;
    if (product < 1e-100) {
      total += Math.log(product);
      product = 1;
    }
    const inverse = 1 / sum;
    for (let j = 0; j < states; j++) probability[at + j] = ahead[j]! * density[at + j]! * inverse;
  }
  return total + Math.log(product);
}

/**
 * Backward pass after `forwardPass`: turns `probability` into P(state[t] | all rows) and adds the expected number of moves to `moves`
 * (states * states). It looks ahead: for fitting only, never for a strategy.
 */
export function smoothPass(
  chain: Chain,
  n: number,
  { density, probability, scale }: PassBuffers,
  moves: Float64Array,
): void {
  const { states, transition } = chain;
  let beta = new Float64Array(states).fill(1);
  let before = new Float64Array(states);
  const weighted = new Float64Array(states);
  for (let t = n - 2; t >= 0; t--) {
    const next = (t + 1) * states;
    const at = t * states;
    const inverse = 1 / scale[t + 1]!;
    for (let j = 0; j < states; j++) weighted[j] = density[next + j]! * beta[j]! * inverse;
    for (let i = 0; i < states; i++) {
      const filtered = probability[at + i]!;
      const row = i * states;
      let sum = 0;
      for (let j = 0; j < states; j++) {
        const move = transition[row + j]! * weighted[j]!;
        sum += move;
        moves[row + j]! += filtered * move;
      }
      // States that the filter all but excludes may have a huge ratio: kept finite, so that 0 times it stays 0.
      before[i] = Math.min(sum, 1e280);
      probability[at + i] = filtered * before[i]!;
    }
    [beta, before] = [before, beta];
  }
}

/** The most likely path of states (Viterbi 1967) and its log probability; of equal ones, the lowest state. `logDensity` as filled. */
export function viterbiPath(
  chain: Chain,
  n: number,
  logDensity: Float64Array,
): { readonly path: Int32Array; readonly logLikelihood: number } {
  const { states, start, transition } = chain;
  const logs = transition.map(Math.log);
  let score = Float64Array.from(start, (p, j) => Math.log(p) + logDensity[j]!);
  let next = new Float64Array(states);
  const from = new Uint16Array(n * states);
  for (let t = 1; t < n; t++) {
    for (let j = 0; j < states; j++) {
      let best = Number.NEGATIVE_INFINITY;
      let arg = 0;
      for (let i = 0; i < states; i++) {
        const value = score[i]! + logs[i * states + j]!;
        if (value > best) {
          best = value;
          arg = i;
        }
      }
      next[j] = best + logDensity[t * states + j]!;
      from[t * states + j] = arg;
    }
    [score, next] = [next, score];
  }
  const path = new Int32Array(n);
  let last = 0;
  for (let j = 1; j < states; j++) if (score[j]! > score[last]!) last = j;
  const logLikelihood = score[last]!;
  for (let t = n - 1; t >= 0; t--) {
    path[t] = last;
    last = from[t * states + last]!;
  }
  return { path, logLikelihood };
}

/** Start and move probabilities from smoothed ones: the chain's part of the M-step. A state that is never left keeps its row. */
export function refitChain(chain: Chain, smoothed: Float64Array, moves: Float64Array): void {
  const { states, start, transition } = chain;
  let first = 0;
  for (let j = 0; j < states; j++) first += smoothed[j]!;
  for (let j = 0; j < states; j++) start[j] = smoothed[j]! / first;
  for (let i = 0; i < states; i++) {
    let sum = 0;
    for (let j = 0; j < states; j++) sum += moves[i * states + j]!;
    if (sum > 0) for (let j = 0; j < states; j++) transition[i * states + j] = moves[i * states + j]! / sum;
  }
}
