import { readFileSync } from 'node:fs';
import { definePlugin, importedTrees, readLightgbm, z } from 'tidegate';

/** A model that LightGBM trained and saved as text; it predicts as there, and training leaves it as it is. */
export default definePlugin({
  kind: 'model',
  name: 'lightgbm-file',
  version: '1.0.0',
  doc: 'a model trained by LightGBM, from its text file',
  options: z.object({
    file: z.string().min(1).describe('the model file'),
    classes: z
      .array(z.int())
      .refine((c) => c.length !== 1, 'one class is none: give two or more, or []')
      .default([0, 1])
      .describe('labels that its classes stand for, ascending; []: a real-valued label'),
    deviation: z
      .number()
      .min(0)
      .default(0)
      .describe('deviation of a real-valued label, which directions are scaled by; 0: only the sign counts'),
  }),
  create: (options) =>
    importedTrees({
      ...options,
      name: 'lightgbm-file',
      version: 1,
      open: (file) => readFileSync(file, 'utf8'),
      read: readLightgbm,
    }),
});
