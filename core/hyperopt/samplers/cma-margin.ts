import { normalCdf, normalQuantile } from '../../foundation/normal.ts';
import type { Dim } from '../space/dim.ts';
import type { CmaState } from './cma-state.ts';

/**
 * Keeps every neighbouring value of a discrete dimension reachable: after an update the chance of leaving the current cell is at least
 * `1 / (n lambda)`, by moving the mean and widening the dimension (Hamano et al., "CMA-ES with Margin", GECCO 2022).
 */
export function applyMargin(state: CmaState, dims: readonly Dim[]): void {
  const alpha = 1 / (state.n * state.settings.lambda);
  for (let i = 0; i < dims.length; i++) {
    const dim = dims[i]!;
    if (dim.count < 2) continue;
    const mean = state.mean[i]!;
    const deviation = state.deviation(i) * state.scale[i]!;
    const cell = dim.cell(mean);
    if (cell === 0 || cell === dim.count - 1) {
      // One threshold only: keep the mean close enough to it.
      const threshold = cell === 0 ? dim.edge(1) : dim.edge(dim.count - 1);
      const reach = deviation * normalQuantile(1 - alpha);
      if (Math.abs(mean - threshold) > reach) state.mean[i] = threshold + Math.sign(mean - threshold) * reach;
      continue;
    }
    const low = dim.edge(cell);
    const high = dim.edge(cell + 1);
    const pLow = normalCdf((low - mean) / deviation);
    const pHigh = 1 - normalCdf((high - mean) / deviation);
    const pMiddle = 1 - pLow - pHigh;
    const half = alpha / 2;
    if (pLow >= half && pHigh >= half) continue;
    const raisedLow = Math.max(half, pLow);
    const raisedHigh = Math.max(half, pHigh);
    const excess = 1 - raisedLow - raisedHigh - pMiddle;
    const room = raisedLow + raisedHigh + pMiddle - 3 * half;
    const newLow = raisedLow + (excess * (raisedLow - half)) / room;
    const newHigh = raisedHigh + (excess * (raisedHigh - half)) / room;
    const xiLow = -normalQuantile(Math.min(newLow, 0.5 - 1e-12));
    const xiHigh = -normalQuantile(Math.min(newHigh, 0.5 - 1e-12));
    state.scale[i] = (high - low) / (state.deviation(i) * (xiLow + xiHigh));
    state.mean[i] = (low * xiHigh + high * xiLow) / (xiLow + xiHigh);
  }
}
