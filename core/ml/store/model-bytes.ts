import { TidegateError } from '../../foundation/errors.ts';
import { SCALERS, type ScalerName } from '../dataset/scaling.ts';
import { packArrays, unpackArrays } from './array-file.ts';
import type { ModelDocument } from './model-document.ts';

const MARK = 'TGMODEL1';

/** A model as one portable file (see `packArrays`). Same document, same bytes. Undefined figures are null in the header. */
export function encodeModel(document: ModelDocument): Uint8Array {
  const { saved, scaling, ...rest } = document;
  const arrays: [string, Float64Array][] = Object.keys(saved.arrays)
    .sort()
    .map((key) => [`model.${key}`, saved.arrays[key]!]);
  if (scaling) arrays.push(['scaling.shift', scaling.shift], ['scaling.scale', scaling.scale]);
  const header = {
    ...rest,
    saved: { name: saved.name, version: saved.version, meta: saved.meta },
    scaling: scaling ? scaling.name : null,
  };
  return packArrays(MARK, header, arrays);
}

/**
 * Reads what `encodeModel` wrote, to the bit. Nothing in it is executed; lengths and checksum are checked before anything is used.
 * @param where shown in errors
 * @throws TidegateError MODEL_CORRUPT
 */
export function decodeModel(bytes: Uint8Array, where: string): ModelDocument {
  const corrupt = (what: string, cause?: unknown) =>
    new TidegateError('MODEL_CORRUPT', what, {
      where,
      remedy: 'Restore the file, import it again, or train the model anew.',
      cause,
    });
  const { header, arrays } = unpackArrays(MARK, bytes, corrupt);
  return documentOf(header as unknown as Header, arrays, corrupt);
}

type Header = Omit<ModelDocument, 'saved' | 'scaling'> & {
  readonly saved: Omit<ModelDocument['saved'], 'arrays'>;
  readonly scaling: ScalerName | null;
};

function documentOf(
  header: Header,
  arrays: ReadonlyMap<string, Float64Array>,
  corrupt: (what: string) => TidegateError,
): ModelDocument {
  const { saved, scaling, ...rest } = header;
  const isNamed =
    typeof rest.name === 'string' && Number.isInteger(rest.version) && Array.isArray(rest.featureNames) && rest.lineage;
  if (!isNamed || typeof saved?.name !== 'string') throw corrupt('the header lacks name, version, features or lineage');
  const shift = arrays.get('scaling.shift');
  const scale = arrays.get('scaling.scale');
  if (scaling !== null && !(scaling in SCALERS && shift && scale))
    throw corrupt(`the scaling "${scaling}" is incomplete`);
  const own = [...arrays].filter(([name]) => name.startsWith('model.')).map(([name, v]) => [name.slice(6), v] as const);
  return {
    ...rest,
    scaling: scaling === null ? null : { name: scaling, shift: shift!, scale: scale! },
    saved: { ...saved, arrays: Object.fromEntries(own) },
  };
}
