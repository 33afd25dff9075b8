import { createHash } from 'node:crypto';
import { TidegateError } from '../../foundation/errors.ts';
import { packArrays, unpackArrays } from '../store/array-file.ts';
import type { FittedWindow } from './fit-window.ts';

const MARK = 'TGTRAIN1';

/** What a training left, as one file (see `packArrays`): the same training, the same bytes. */
export function encodeFitted(fitted: FittedWindow): Uint8Array {
  const { saved, steps, calibration, importance, featureWeights, ...rest } = fitted;
  const arrays: [string, Float64Array][] = [];
  const put = (prefix: string, record: Readonly<Record<string, Float64Array>>) => {
    for (const name of Object.keys(record).sort()) arrays.push([`${prefix}${name}`, record[name]!]);
  };
  put('model.', saved.arrays);
  for (const [k, step] of steps.entries()) put(`step${k}.`, step.state);
  if (calibration) put('calibration.', { x: calibration.x, y: calibration.y });
  if (importance) put('', { importance });
  if (featureWeights) put('', { featureWeights });
  const header = {
    ...rest,
    saved: { name: saved.name, version: saved.version, meta: saved.meta },
    steps: steps.map((step) => step.name),
    calibration: calibration?.kind ?? null,
  };
  return packArrays(MARK, header, arrays);
}

/** Reads what `encodeFitted` wrote, to the bit. @throws TidegateError MODEL_CORRUPT */
export function decodeFitted(bytes: Uint8Array, where: string): FittedWindow {
  const { header, arrays } = unpackArrays(
    MARK,
    bytes,
    (what, cause) =>
      new TidegateError('MODEL_CORRUPT', what, { where, remedy: 'Remove the file: it is made again.', cause }),
  );
  const { saved, steps, calibration, ...rest } = header as unknown as Header;
  const below = (prefix: string) =>
    Object.fromEntries(
      [...arrays]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, values]) => [name.slice(prefix.length), values]),
    );
  return {
    ...rest,
    saved: { ...saved, arrays: below('model.') },
    steps: steps.map((name, k) => ({ name, state: below(`step${k}.`) })),
    calibration: calibration && { kind: calibration, x: arrays.get('calibration.x')!, y: arrays.get('calibration.y')! },
    importance: arrays.get('importance') ?? null,
    featureWeights: arrays.get('featureWeights') ?? null,
  };
}

type Header = Omit<FittedWindow, 'saved' | 'steps' | 'calibration' | 'importance' | 'featureWeights'> & {
  readonly saved: Omit<FittedWindow['saved'], 'arrays'>;
  readonly steps: readonly string[];
  readonly calibration: 'platt' | 'isotonic' | null;
};

/** SHA-256 of what a training learned. */
export function fittedHash(fitted: FittedWindow): string {
  return createHash('sha256').update(encodeFitted(fitted)).digest('hex');
}
