import { randomBytes } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { didYouMean, TidegateError } from '../foundation/errors.ts';

/** The part of a model that the store looks at. */
export interface Versioned {
  readonly name: string;
  readonly version: number;
}

/** How models become bytes. `decode` throws on anything that is damaged. */
export interface ModelCodec<M extends Versioned> {
  encode(model: M): Uint8Array;
  decode(bytes: Uint8Array, where: string): M;
}

/** A kept version, not yet read. */
export interface KeptModel extends Versioned {
  readonly path: string;
  readonly bytes: number;
  /** The version that is used where none is named. */
  readonly isPromoted: boolean;
}

const ENDING = '.tgmodel';

/**
 * Versions of models in a folder each, `<name>/<version>.tgmodel`, one of them promoted. Files appear whole and are never written over; several
 * processes may keep models at once.
 */
export class ModelStore<M extends Versioned> {
  readonly folder: string;
  readonly #codec: ModelCodec<M>;

  constructor(folder: string, codec: ModelCodec<M>) {
    this.folder = folder;
    this.#codec = codec;
  }

  /** Keeps a model as the next version of its name. @throws TidegateError MODEL_NAME, MODEL_FOLDER */
  keep(model: M): M & Versioned {
    checkName(model.name);
    const folder = join(this.folder, model.name);
    try {
      mkdirSync(folder, { recursive: true });
    } catch (cause) {
      throw new TidegateError('MODEL_FOLDER', 'the folder of models cannot be made', {
        where: folder,
        remedy: 'Check its permissions, or give another --userdir.',
        cause,
      });
    }
    for (let version = (this.#versions(model.name).at(-1)?.version ?? 0) + 1; ; version++) {
      const kept = { ...model, version };
      const temporary = join(folder, `.writing-${randomBytes(6).toString('hex')}`);
      try {
        writeFileSync(temporary, this.#codec.encode(kept), { flush: true });
        // A link fails where the version has been taken meanwhile; a rename would write over it.
        linkSync(temporary, join(folder, `${version}${ENDING}`));
        return kept;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      } finally {
        rmSync(temporary, { force: true });
      }
    }
  }

  /** All kept versions, by name and version. */
  list(): readonly KeptModel[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort()
      .flatMap((name) => this.#versions(name));
  }

  /**
   * A model by reference: `name` (the promoted version, else the latest), `name@3`, `name@latest`, `name@promoted`.
   * @throws TidegateError MODEL_UNKNOWN, and those of the codec
   */
  get(reference: string): { readonly kept: KeptModel; readonly model: M } {
    const kept = this.find(reference);
    return { kept, model: this.#codec.decode(readFileSync(kept.path), kept.path) };
  }

  /** Makes a version the one that is used where none is named, once it has been read whole. @throws those of `get` */
  promote(reference: string): KeptModel {
    const { kept } = this.get(reference);
    const pointer = join(this.folder, kept.name, 'promoted');
    const temporary = `${pointer}-${randomBytes(6).toString('hex')}.tmp`;
    writeFileSync(temporary, `${kept.version}\n`, { flush: true });
    renameSync(temporary, pointer);
    return { ...kept, isPromoted: true };
  }

  /** The file of a version, checked: copy it anywhere. @throws those of `get` */
  export(reference: string): Uint8Array {
    const { kept } = this.get(reference);
    return readFileSync(kept.path);
  }

  /** Keeps a model from the bytes of a file as the next version of its name, or of another. @throws those of the codec and of `keep` */
  import(bytes: Uint8Array, where: string, name?: string): M & Versioned {
    const model = this.#codec.decode(bytes, where);
    return this.keep({ ...model, name: name ?? model.name });
  }

  /** Removes a version. @throws TidegateError MODEL_UNKNOWN, MODEL_PROMOTED unless `isForced` */
  remove(reference: string, isForced = false): KeptModel {
    const kept = this.find(reference);
    if (kept.isPromoted && !isForced)
      throw new TidegateError('MODEL_PROMOTED', `${kept.name}@${kept.version} is the promoted version`, {
        remedy: 'Promote another one first, or use --force.',
      });
    rmSync(kept.path);
    if (kept.isPromoted) rmSync(join(this.folder, kept.name, 'promoted'), { force: true });
    return kept;
  }

  /** Finds a version without reading it. @throws TidegateError MODEL_UNKNOWN */
  find(reference: string): KeptModel {
    const [name = '', wanted] = reference.split('@');
    const versions = this.#versions(name);
    const found =
      wanted === undefined
        ? (versions.find((v) => v.isPromoted) ?? versions.at(-1))
        : wanted === 'latest'
          ? versions.at(-1)
          : wanted === 'promoted'
            ? versions.find((v) => v.isPromoted)
            : versions.find((v) => String(v.version) === wanted);
    if (found) return found;
    const names = [...new Set(this.list().map((m) => m.name))];
    throw new TidegateError('MODEL_UNKNOWN', `there is no model "${reference}"`, {
      where: this.folder,
      remedy:
        versions.length > 0
          ? `It has version ${versions.map((v) => v.version).join(', ')}.`
          : `${didYouMean(name, names)} "tidegate models list" shows all; "tidegate train" makes one.`.trim(),
    });
  }

  #versions(name: string): KeptModel[] {
    const folder = join(this.folder, name);
    if (!/^[\w.-]+$/.test(name) || name.startsWith('.') || !existsSync(folder)) return [];
    const pointer = join(folder, 'promoted');
    const promoted = existsSync(pointer) ? Number(readFileSync(pointer, 'utf8')) : Number.NaN;
    return readdirSync(folder)
      .filter((file) => /^\d+\.tgmodel$/.test(file))
      .map((file) => {
        const version = Number(file.slice(0, -ENDING.length));
        const path = join(folder, file);
        return { name, version, path, bytes: statSync(path).size, isPromoted: version === promoted };
      })
      .sort((a, b) => a.version - b.version);
  }
}

/** @throws TidegateError MODEL_NAME */
function checkName(name: string): void {
  if (/^[a-z0-9][\w.-]{0,99}$/i.test(name)) return;
  throw new TidegateError('MODEL_NAME', `a model cannot be called ${JSON.stringify(name)}`, {
    remedy: 'Use letters, digits, dashes and dots, starting with a letter or digit.',
  });
}
