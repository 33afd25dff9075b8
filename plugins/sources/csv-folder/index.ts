import { definePlugin, openData, z } from 'tidegate';

/** A folder of data files as other programs write them, read in place. */
export default definePlugin({
  kind: 'source',
  name: 'csv-folder',
  version: '1.0.0',
  doc: 'a folder of CSV, JSON, Feather or Parquet files such as BTC_USDT-1h.csv.gz, read in place',
  options: z.object({
    folder: z.string().min(1).default('user_data/csv').describe('folder of the files, subfolders included'),
    exchange: z
      .string()
      .min(1)
      .default('binance')
      .describe('exchange that the files are of, which their names do not say'),
  }),
  create: ({ folder, exchange }) => ({ name: 'csv-folder', open: () => openData(folder, { exchange }) }),
});
