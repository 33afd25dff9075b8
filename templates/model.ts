import { definePlugin, softmax, type VectorLearner, vectorModule, z } from 'tidegate';

/** What it learned, as it is saved: a mean row per class. */
function centroids({ means }: { readonly means: Float64Array }, width: number, sharpness: number): VectorLearner {
  return {
    arrays: () => ({ means }),
    score(x, out) {
      for (let k = 0; k < out.length; k++) {
        let distance = 0;
        for (let c = 0; c < width; c++) distance += (x[c]! - means[k * width + c]!) ** 2;
        out[k] = (-sharpness * distance) / width;
      }
      softmax(out);
    },
  };
}

/** Model __NAME__: a row is of the class whose mean is nearest. Rows come scaled to mean 0 and deviation 1, in order of time. */
export default definePlugin({
  kind: 'model',
  name: '__NAME__',
  version: '1.0.0',
  doc: 'the class whose mean is nearest',
  options: z.object({ sharpness: z.number().positive().default(1).describe('how fast odds change with the distance') }),
  create: (options) =>
    vectorModule({
      name: '__NAME__',
      version: 1,
      task: 'classification',
      options,
      train({ rows, width, values, target, weights, classes }) {
        const means = new Float64Array(classes * width);
        const total = new Float64Array(classes);
        for (let r = 0; r < rows; r++) {
          const k = target[r]!;
          total[k]! += weights[r]!;
          for (let c = 0; c < width; c++) means[k * width + c]! += weights[r]! * values[r * width + c]!;
        }
        for (let i = 0; i < means.length; i++) means[i]! /= total[Math.floor(i / width)]!;
        return centroids({ means }, width, options.sharpness);
      },
      revive: ({ means }, { width }) => centroids({ means: means! }, width, options.sharpness),
    }),
});
