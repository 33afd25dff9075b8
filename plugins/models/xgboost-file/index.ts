import { readFileSync } from 'node:fs';
import { definePlugin, importedTrees, modelFileOptions, readXgboost, z } from 'tidegate';

/** A model that XGBoost trained and saved as JSON; it predicts as there, and training leaves it as it is. */
export default definePlugin({
  kind: 'model',
  name: 'xgboost-file',
  version: '1.0.0',
  doc: 'a model trained by XGBoost, from its JSON file',
  options: z.object({
    ...modelFileOptions,
  }),
  create: (options) =>
    importedTrees({
      ...options,
      name: 'xgboost-file',
      version: 1,
      open: (file) => readFileSync(file, 'utf8'),
      read: readXgboost,
    }),
});
