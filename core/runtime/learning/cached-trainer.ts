import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../../data/store/file-system.ts';
import { pickValues } from '../../ml/dataset/pick-values.ts';
import { type FittedWindow, windowRows } from '../../ml/walk/fit-window.ts';
import { decodeFitted, encodeFitted } from '../../ml/walk/fitted-bytes.ts';
import type { Dataset } from '../../ports/learning-modules.ts';
import type { ModuleChoice } from '../../registry/registry.ts';
import type { Trainer, TrainingJob } from './trainer.ts';

/** Bytes of trainings kept in this process, the least recently used going first. */
const MOST_BYTES = 128 * 1024 * 1024;
const kept = new Map<string, { readonly fitted: Promise<FittedWindow>; bytes: number }>();
let bytes = 0;

/**
 * A trainer that trains nothing twice: the same rows, label, model and settings give what was kept, in this process or in a folder. A file that
 * cannot be read is made again.
 * @param code hash of what else decides: versions of modules, of the package, of user files
 * @param contentOf hash of what a model reads beside its options, such as a file
 */
export function cachedTrainer(
  inner: Trainer,
  code: string,
  folder?: string,
  contentOf?: (model: ModuleChoice) => Promise<string | null>,
): Trainer {
  const datasets: Dataset[] = [];
  return {
    share(dataset) {
      const id = inner.share(dataset);
      datasets[id] = dataset;
      return id;
    },
    async fit(job) {
      const content = (await contentOf?.(job.model)) ?? null;
      const key = keyOf(datasets[job.dataset]!, job, content === null ? code : `${code} ${content}`);
      const known = kept.get(key);
      if (known) {
        kept.delete(key);
        kept.set(key, known);
        return known.fitted;
      }
      const fitted = fromFolder(folder, key) ?? inner.fit(job).then((made) => toFolder(folder, key, made));
      keep(key, fitted);
      return fitted;
    },
    end: () => inner.end(),
  };
}

function keep(key: string, fitted: Promise<FittedWindow>): void {
  const entry = { fitted, bytes: 0 };
  kept.set(key, entry);
  fitted.then(
    ({ saved }) => {
      entry.bytes = Object.values(saved.arrays).reduce((sum, values) => sum + values.byteLength, 0);
      bytes += entry.bytes;
      for (const [oldest, { bytes: less }] of kept) {
        if (bytes <= MOST_BYTES) break;
        kept.delete(oldest);
        bytes -= less;
      }
    },
    // A failure is not remembered: it may have been the thread's.
    () => kept.delete(key),
  );
}

function keyOf(dataset: Dataset, { model, recipe, job }: TrainingJob, code: string): string {
  const rows = windowRows(dataset, job);
  const { at, start } = job;
  const hash = createHash('sha256').update(JSON.stringify([code, dataset.names, model, recipe, at, start ?? {}]));
  const { columns, target, availableAt, labelAt, moves } = dataset;
  for (const column of [...columns, target, availableAt, labelAt, ...(moves ? [moves] : [])])
    hash.update(new Uint8Array(pickValues(column, rows).buffer));
  return hash.digest('hex');
}

const fileOf = (folder: string, key: string) => join(folder, key.slice(0, 2), `${key}.tgtrain`);

function fromFolder(folder: string | undefined, key: string): Promise<FittedWindow> | undefined {
  if (folder === undefined) return undefined;
  const path = fileOf(folder, key);
  if (!existsSync(path)) return undefined;
  try {
    return Promise.resolve(decodeFitted(readFileSync(path), path));
  } catch {
    // Damaged: what follows writes it anew.
    return undefined;
  }
}

function toFolder(folder: string | undefined, key: string, fitted: FittedWindow): FittedWindow {
  if (folder === undefined) return fitted;
  const path = fileOf(folder, key);
  try {
    mkdirSync(join(path, '..'), { recursive: true });
    writeWhole(path, encodeFitted(fitted));
  } catch (error) {
    // What cannot be kept (a worker's folder may be read-only, a disk full) is trained again next time.
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
  return fitted;
}
