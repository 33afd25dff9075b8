import { createHash } from 'node:crypto';
import { TidegateError } from '../../foundation/errors.ts';
import { SCALERS, type ScalerName } from '../dataset/scaling.ts';
import type { ModelDocument } from './model-document.ts';

const MAGIC = 'TGMODEL1';

/**
 * A model as one portable file: the mark TGMODEL1, the length of a JSON header (uint32), the SHA-256 of the rest, the header (readable text,
 * padded with blanks), then the arrays as little-endian doubles. Same document, same bytes. Undefined figures are null in the header.
 */
export function encodeModel(document: ModelDocument): Uint8Array {
  const { saved, scaling, ...rest } = document;
  const arrays: [string, Float64Array][] = Object.keys(saved.arrays)
    .sort()
    .map((key) => [`model.${key}`, saved.arrays[key]!]);
  if (scaling) arrays.push(['scaling.shift', scaling.shift], ['scaling.scale', scaling.scale]);
  const header = Buffer.from(
    JSON.stringify({
      ...rest,
      saved: { name: saved.name, version: saved.version, meta: saved.meta },
      scaling: scaling ? scaling.name : null,
      arrays: arrays.map(([name, values]) => ({ name, length: values.length })),
    }),
  );
  const start = Math.ceil((44 + header.length) / 8) * 8;
  const out = new Uint8Array(start + arrays.reduce((sum, [, values]) => sum + values.byteLength, 0));
  out.fill(32, 44, start);
  out.set(Buffer.from(MAGIC));
  new DataView(out.buffer).setUint32(8, start - 44, true);
  out.set(header, 44);
  let at = start;
  for (const [, values] of arrays) {
    out.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  out.set(createHash('sha256').update(out.subarray(44)).digest(), 12);
  return out;
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
  if (bytes.length < 44 || Buffer.from(bytes.subarray(0, 8)).toString('latin1') !== MAGIC)
    throw corrupt('this is no Tidegate model file');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);
  const start = 44 + length;
  if (start > bytes.length || start % 8 !== 0) throw corrupt('the model file is cut short');
  const sum = createHash('sha256').update(bytes.subarray(44)).digest();
  if (!sum.equals(bytes.subarray(12, 44))) throw corrupt('the model file does not match its checksum');
  let header: Header;
  try {
    header = JSON.parse(Buffer.from(bytes.subarray(44, start)).toString('utf8')) as Header;
  } catch (cause) {
    throw corrupt('the header of the model file is no JSON', cause);
  }
  const arrays = new Map<string, Float64Array>();
  let at = start;
  for (const { name, length: count } of checkedArrays(header, corrupt)) {
    const end = at + 8 * count;
    if (end > bytes.length) throw corrupt(`the array "${name}" is cut short`);
    arrays.set(name, new Float64Array(new Uint8Array(bytes.subarray(at, end)).buffer));
    at = end;
  }
  if (at !== bytes.length) throw corrupt(`${bytes.length - at} bytes are left over after the arrays`);
  return documentOf(header, arrays, corrupt);
}

type Header = Omit<ModelDocument, 'saved' | 'scaling'> & {
  readonly saved: Omit<ModelDocument['saved'], 'arrays'>;
  readonly scaling: ScalerName | null;
  readonly arrays: readonly { readonly name: string; readonly length: number }[];
};
type Corrupt = (what: string) => TidegateError;

function checkedArrays({ arrays }: Header, corrupt: Corrupt): Header['arrays'] {
  if (!Array.isArray(arrays)) throw corrupt('the header names no arrays');
  for (const { name, length } of arrays as Header['arrays'])
    if (typeof name !== 'string' || !Number.isInteger(length) || length < 0)
      throw corrupt(`the header names an array ${JSON.stringify(name)} of ${length}`);
  return arrays as Header['arrays'];
}

function documentOf(header: Header, arrays: ReadonlyMap<string, Float64Array>, corrupt: Corrupt): ModelDocument {
  const { saved, scaling, arrays: _, ...rest } = header;
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
