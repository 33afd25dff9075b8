import { createHash } from 'node:crypto';
import { TidegateError } from '../../foundation/errors.ts';
import { normalCdf } from '../../foundation/normal.ts';
import type { ModelModule } from '../../ports/learning-modules.ts';
import { softmax } from '../classic/multinomial.ts';
import { expectSaved } from '../linear/saved.ts';
import { type OnnxSession, openOnnx } from './onnx-session.ts';

export interface OnnxModuleSpec {
  readonly name: string;
  readonly version: number;
  readonly file: string;
  readonly open: (file: string) => Uint8Array;
  /** Where onnxruntime-node may be installed. */
  readonly folders: readonly string[];
  /** Labels that the classes stand for, ascending; empty for a real-valued label. */
  readonly classes: readonly number[];
  readonly deviation: number;
  /** Output that holds the answer; empty: the last. */
  readonly output: string;
  /** Opens the model; tests give a stand-in. */
  readonly openSession?: typeof openOnnx;
  /** What makes probabilities of the output. */
  readonly activation: 'none' | 'sigmoid' | 'softmax';
}

/** Rows sent to the model at a time: memory stays bounded whatever the length of the history. */
const BATCH = 8192;

/** Rows of a dataset that the answers are tried on before the model is used. */
const TRIED = 256;

/**
 * A model trained elsewhere and exported as ONNX. Features go in as 32-bit floats, one tensor [rows, features]; missing ones as NaN. With classes
 * the output is a probability of each ([rows, classes]) or, for two, of the upper one ([rows] or [rows, 1]); else the expected value. Directions
 * and confidences as of the tree models. NaN where every feature is missing. Fitting does not change it.
 * @throws TidegateError MODEL_FILE, MODEL_MISMATCH, ONNX_MISSING, ONNX_MODEL, ONNX_OUTPUT
 */
export function onnxModule(spec: OnnxModuleSpec): ModelModule {
  const { name, version, file, classes, deviation, output, activation } = spec;
  let bytes: Uint8Array | null = null;
  let session: OnnxSession | null = null;
  const ready = (): OnnxSession => {
    bytes ??= readFile(spec);
    session ??= (spec.openSession ?? openOnnx)(bytes, spec.folders);
    return session;
  };
  let hash: string | null = null;
  return {
    name,
    get contentHash() {
      bytes ??= readFile(spec);
      hash ??= createHash('sha256').update(bytes).digest('hex');
      return hash;
    },
    fit(dataset) {
      const { columns, rows } = dataset;
      const tried = Math.min(TRIED, rows);
      const answer = ready().run(rowMajor(columns, rows - tried, tried), tried, columns.length, output || undefined);
      expectOutputs(spec, answer.data.length / tried, answer.dims);
      expectProbabilities(spec, answer.data);
    },
    predictInto(columns, out, from, to) {
      const width = columns.length;
      const model = ready();
      const p = new Float64Array(Math.max(2, classes.length));
      for (let at = from; at < to; at += BATCH) {
        const rows = Math.min(BATCH, to - at);
        const { data: said, dims } = model.run(rowMajor(columns, at, rows), rows, width, output || undefined);
        const outputs = said.length / rows;
        expectOutputs(spec, outputs, dims);
        for (let r = 0; r < rows; r++) {
          const i = at + r;
          const isKnown = columns.some((column) => !Number.isNaN(column[i]!));
          if (!isKnown) {
            out.direction[i] = out.confidence[i] = out.volatility[i] = Number.NaN;
            continue;
          }
          if (classes.length === 0) {
            const mean = said[r]!;
            out.direction[i] = deviation > 0 ? 2 * normalCdf(mean / deviation) - 1 : Math.sign(mean);
            out.confidence[i] = Math.abs(out.direction[i]!);
            out.volatility[i] = deviation > 0 ? deviation : Number.NaN;
            continue;
          }
          if (outputs === 1) {
            p[1] = activation === 'sigmoid' ? 1 / (1 + Math.exp(-said[r]!)) : said[r]!;
            p[0] = 1 - p[1]!;
          } else {
            for (let k = 0; k < outputs; k++) p[k] = said[r * outputs + k]!;
            if (activation === 'softmax') softmax(p);
          }
          const most = p.reduce((a, b) => Math.max(a, b), 0);
          out.direction[i] = Math.max(-1, Math.min(1, p[p.length - 1]! - p[0]!));
          out.confidence[i] = Math.max(0, Math.min(1, (most * p.length - 1) / (p.length - 1)));
          out.volatility[i] = Number.NaN;
        }
      }
    },
    save() {
      bytes ??= readFile(spec);
      const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
      padded.set(bytes);
      return {
        name,
        version,
        meta: { options: { file, classes, deviation, output, activation }, bytes: bytes.length },
        arrays: { onnx: Float64Array.from(new Uint32Array(padded.buffer)) },
      };
    },
    load(saved) {
      expectSaved(saved, name, version, ['onnx']);
      bytes = new Uint8Array(Uint32Array.from(saved.arrays.onnx!).buffer).slice(0, Number(saved.meta.bytes));
      session = null;
    },
  };
}

function readFile({ name, file, open }: OnnxModuleSpec): Uint8Array {
  try {
    return open(file);
  } catch (cause) {
    throw new TidegateError('MODEL_FILE', `model "${name}" cannot read its file`, {
      where: file,
      remedy: 'Check the option "file".',
      cause,
    });
  }
}

/** Rows [at, at + rows) of columns as one 32-bit tensor. */
function rowMajor(columns: readonly Float64Array[], at: number, rows: number): Float32Array {
  const width = columns.length;
  const data = new Float32Array(rows * width);
  for (let c = 0; c < width; c++) for (let r = 0; r < rows; r++) data[r * width + c] = columns[c]![at + r]!;
  return data;
}

/** Scores and expected values taken for probabilities would make directions that mean nothing. */
function expectProbabilities({ name, file, classes, activation }: OnnxModuleSpec, said: ArrayLike<number>): void {
  if (classes.length === 0 || activation !== 'none') return;
  const bad = Array.from(said).find((p) => p < -1e-6 || p > 1 + 1e-6);
  if (bad === undefined) return;
  throw new TidegateError('MODEL_MISMATCH', `model "${name}" answers ${bad}, which is no probability`, {
    where: file,
    remedy:
      'Set "classes" to [] for a real-valued label, "activation" to what makes probabilities of its scores, or name another "output".',
  });
}

function expectOutputs({ name, classes, file }: OnnxModuleSpec, outputs: number, dims: readonly number[]): void {
  const wanted = classes.length === 0 ? [1] : classes.length === 2 ? [1, 2] : [classes.length];
  if (wanted.includes(outputs)) return;
  throw new TidegateError(
    'MODEL_MISMATCH',
    `model "${name}" answers with a tensor [${dims.join(', ')}], ${classes.length} classes are named`,
    {
      where: file,
      remedy: 'Set "classes" to the labels it was trained on, [] for a real-valued one; or name another "output".',
    },
  );
}
