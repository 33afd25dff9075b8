import { TidegateError } from '../../foundation/errors.ts';
import { packArrays, unpackArrays } from './array-file.ts';
import type { ModelDocument } from './model-document.ts';

const MARK = 'TGMODEL1';

/** A model as one portable file (see `packArrays`). Same document, same bytes. Undefined figures are null in the header. */
export function encodeModel(document: ModelDocument): Uint8Array {
  const { saved, steps, ...rest } = document;
  const arrays: [string, Float64Array][] = Object.keys(saved.arrays)
    .sort()
    .map((key) => [`model.${key}`, saved.arrays[key]!]);
  for (const [k, { state }] of steps.entries())
    for (const key of Object.keys(state).sort()) arrays.push([`step${k}.${key}`, state[key]!]);
  const header = {
    ...rest,
    saved: { name: saved.name, version: saved.version, meta: saved.meta },
    steps: steps.map(({ name }) => name),
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

type Header = Omit<ModelDocument, 'saved' | 'steps'> & {
  readonly saved: Omit<ModelDocument['saved'], 'arrays'>;
  readonly steps: readonly string[];
};

function documentOf(
  header: Header,
  arrays: ReadonlyMap<string, Float64Array>,
  corrupt: (what: string) => TidegateError,
): ModelDocument {
  const { saved, steps, ...rest } = header;
  const isNamed =
    typeof rest.name === 'string' && Number.isInteger(rest.version) && Array.isArray(rest.featureNames) && rest.lineage;
  if (!isNamed || typeof saved?.name !== 'string') throw corrupt('the header lacks name, version, features or lineage');
  if (!Array.isArray(steps)) throw corrupt('the header lacks the steps that prepare rows: it is of an older version');
  const below = (prefix: string) =>
    Object.fromEntries(
      [...arrays]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, v]) => [name.slice(prefix.length), v] as const),
    );
  return {
    ...rest,
    steps: steps.map((name, k) => ({ name, state: below(`step${k}.`) })),
    saved: { ...saved, arrays: below('model.') },
  };
}
