import { definePlugin, openData, z } from 'tidegate';

/** The Parquet catalogue that `tidegate download` and `data import` fill. */
export default definePlugin({
  kind: 'source',
  name: 'catalogue',
  version: '1.0.0',
  doc: 'the Parquet catalogue that download and data import fill',
  options: z.object({
    folder: z.string().min(1).default('user_data/data').describe('folder of the catalogue'),
  }),
  create: ({ folder }) => ({ name: 'catalogue', open: () => openData(folder) }),
});
