import { softmax } from './multinomial.ts';
import type { VectorLearner, VectorRows } from './vector-module.ts';

/**
 * Gaussian naive Bayes: each class has a prior and, per feature, a mean and a variance, taken as independent. Variances get `smoothing` times the
 * largest variance of any feature, as scikit-learn's var_smoothing.
 */
export function trainNaiveBayes(data: VectorRows, smoothing: number): VectorLearner {
  const { rows, width, values, target, weights, classes } = data;
  const priors = new Float64Array(classes);
  const means = new Float64Array(classes * width);
  const variances = new Float64Array(classes * width);
  let total = 0;
  for (let r = 0; r < rows; r++) {
    const k = target[r]!;
    const w = weights[r]!;
    total += w;
    priors[k]! += w;
    for (let c = 0; c < width; c++) means[k * width + c]! += w * values[r * width + c]!;
  }
  for (let k = 0; k < classes; k++) for (let c = 0; c < width; c++) means[k * width + c]! /= priors[k]!;
  const whole = new Float64Array(width);
  const wholeMean = new Float64Array(width);
  for (let k = 0; k < classes; k++)
    for (let c = 0; c < width; c++) wholeMean[c]! += (priors[k]! / total) * means[k * width + c]!;
  for (let r = 0; r < rows; r++) {
    const k = target[r]!;
    for (let c = 0; c < width; c++) {
      const x = values[r * width + c]!;
      variances[k * width + c]! += (weights[r]! * (x - means[k * width + c]!) ** 2) / priors[k]!;
      whole[c]! += (weights[r]! * (x - wholeMean[c]!) ** 2) / total;
    }
  }
  // The least keeps a constant feature, whose variance is 0 everywhere, from dividing by 0.
  const least = Math.max(1e-300, smoothing * whole.reduce((a, b) => Math.max(a, b), 0));
  for (let i = 0; i < variances.length; i++) variances[i]! += least;
  return naiveBayes({ priors: priors.map((p) => p / total), means, variances });
}

/** A learner of saved priors (classes), means and variances (classes × width). */
export function naiveBayes(arrays: Readonly<Record<string, Float64Array>>): VectorLearner {
  const { priors, means, variances } = arrays as Readonly<Record<'priors' | 'means' | 'variances', Float64Array>>;
  const classes = priors.length;
  const width = means.length / classes;
  const constants = Float64Array.from({ length: classes }, (_, k) => {
    let sum = Math.log(priors[k]!);
    for (let c = 0; c < width; c++) sum -= 0.5 * Math.log(2 * Math.PI * variances[k * width + c]!);
    return sum;
  });
  return {
    arrays: () => ({ priors, means, variances }),
    score(x, out) {
      for (let k = 0; k < classes; k++) {
        let sum = constants[k]!;
        for (let c = 0; c < width; c++) sum -= (x[c]! - means[k * width + c]!) ** 2 / (2 * variances[k * width + c]!);
        out[k] = sum;
      }
      softmax(out);
    },
  };
}
