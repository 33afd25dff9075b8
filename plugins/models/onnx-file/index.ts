import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { definePlugin, modelFileOptions, onnxModule, z } from 'tidegate';

/** A model exported as ONNX (from scikit-learn, PyTorch, TensorFlow …), run by onnxruntime-node, which is installed apart; training leaves it as it is. */
export default definePlugin({
  kind: 'model',
  name: 'onnx-file',
  version: '1.0.0',
  doc: 'a model from an ONNX file, run by onnxruntime (npm install onnxruntime-node)',
  options: z.object({
    ...modelFileOptions,
    output: z.string().default('').describe('name of the output that holds the answer; empty: the last one'),
    activation: z
      .enum(['none', 'sigmoid', 'softmax'])
      .default('none')
      .describe('what makes probabilities of the output, where it gives scores'),
  }),
  create: (options) =>
    onnxModule({
      ...options,
      name: 'onnx-file',
      version: 1,
      folders: [process.cwd(), resolve('user_data'), dirname(resolve(options.file))],
      open: (file) => readFileSync(file),
    }),
});
