import { csvPieces } from '../../data/export-csv.ts';
import { disk } from '../../data/store/file-system.ts';
import { writeParquet } from '../../data/store/parquet/write-parquet.ts';
import { replaceFile } from '../../data/store/replace-file.ts';
import { type BuiltDataset, columnSetOf } from './build-dataset.ts';

/**
 * Writes a dataset whole or not at all: Parquet (pairs, label, features and hash in its metadata), or CSV where the path says so. `time` is when
 * a row became known, `labelAt` when its label did (ms UTC), `pair` an index into the pairs, features begin with `f.`.
 */
export async function writeDataset(path: string, built: BuiltDataset): Promise<void> {
  const set = columnSetOf(built);
  const { pairs, label, features, hash } = built;
  await replaceFile(disk, path, async (temporary) => {
    if (path.endsWith('.csv')) await disk.write(temporary, [...csvPieces(set)].join(''));
    else
      await writeParquet(temporary, set, 'ms', {
        dataset: hash,
        pairs: JSON.stringify(pairs),
        label: JSON.stringify(label),
        features: JSON.stringify(features),
      });
  });
}
