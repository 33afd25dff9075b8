import { checkRate, checkRow, logistic, type OnlineModel, type OnlineState, type OnlineTask } from './online-model.ts';

export interface FtrlOptions {
  readonly task: OnlineTask;
  /** Step size (default 0.1) and how soon it starts to shrink (default 1). */
  readonly alpha?: number;
  readonly beta?: number;
  /** Penalties: `l1` (default 0) leaves weights at exactly 0, `l2` (default 0). */
  readonly l1?: number;
  readonly l2?: number;
  readonly from?: OnlineState;
}

/** FTRL-Proximal (McMahan et al. 2013): each weight has its own step size, and an L1 penalty that really gives zeros. @throws TidegateError ONLINE_OPTION */
export function ftrl(
  features: number,
  { task, alpha = 0.1, beta = 1, l1 = 0, l2 = 0, from }: FtrlOptions,
): OnlineModel {
  checkRate('alpha', alpha, Number.MIN_VALUE);
  for (const [name, value] of Object.entries({ beta, l1, l2 })) checkRate(name, value, 0);
  const z = from ? from.z!.slice() : new Float64Array(features + 1);
  const n = from ? from.n!.slice() : new Float64Array(features + 1);
  const weight = (i: number) => {
    // The intercept bears no penalty.
    const lasso = i === features ? 0 : l1;
    const ridge = i === features ? 0 : l2;
    if (Math.abs(z[i]!) <= lasso) return 0;
    return -(z[i]! - Math.sign(z[i]!) * lasso) / ((beta + Math.sqrt(n[i]!)) / alpha + ridge);
  };
  const raw = (x: ArrayLike<number>) => {
    let sum = weight(features);
    for (let i = 0; i < features; i++) sum += weight(i) * x[i]!;
    return sum;
  };
  const predict = (x: ArrayLike<number>) => (task === 'classification' ? logistic(raw(x)) : raw(x));
  return {
    predict,
    learn(x, y, rowWeight = 1) {
      checkRow(x, y, features, task);
      const error = rowWeight * (predict(x) - y);
      for (let i = 0; i <= features; i++) {
        const g = error * (i === features ? 1 : x[i]!);
        const sigma = (Math.sqrt(n[i]! + g * g) - Math.sqrt(n[i]!)) / alpha;
        z[i]! += g - sigma * weight(i);
        n[i]! += g * g;
      }
    },
    state: () => ({ z: z.slice(), n: n.slice() }),
  };
}
