import { readFileSync } from 'node:fs';
import { definePlugin, importedTrees, modelFileOptions, readLightgbm, z } from 'tidegate';

/** A model that LightGBM trained and saved as text; it predicts as there, and training leaves it as it is. */
export default definePlugin({
  kind: 'model',
  name: 'lightgbm-file',
  version: '1.0.0',
  doc: 'a model trained by LightGBM, from its text file',
  options: z.object({
    ...modelFileOptions,
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
