import { TidegateError } from '../../foundation/errors.ts';
import type { SavedModel } from '../../ports/learning-modules.ts';
import { packArrays, unpackArrays } from '../store/array-file.ts';

const MARK = 'TGSAVED1';

/** What a module saved, as one file (see `packArrays`): the same content, the same bytes. */
export function encodeSaved({ arrays, ...header }: SavedModel): Uint8Array {
  const names = Object.keys(arrays).sort();
  return packArrays(
    MARK,
    header,
    names.map((name) => [name, arrays[name]!] as const),
  );
}

/** Reads what `encodeSaved` wrote, to the bit. @throws TidegateError MODEL_CORRUPT */
export function decodeSaved(bytes: Uint8Array, where: string): SavedModel {
  const { header, arrays } = unpackArrays(
    MARK,
    bytes,
    (what, cause) => new TidegateError('MODEL_CORRUPT', what, { where, remedy: 'It is made again.', cause }),
  );
  return { ...(header as Omit<SavedModel, 'arrays'>), arrays: Object.fromEntries(arrays) };
}
