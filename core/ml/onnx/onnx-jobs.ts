import { createRequire } from 'node:module';
import { join } from 'node:path';
import { TidegateError } from '../../foundation/errors.ts';

/** What the thread that runs ONNX models can be asked. */
export type OnnxJob =
  | { readonly kind: 'open'; readonly model: number; readonly bytes: Uint8Array; readonly folders: readonly string[] }
  | {
      readonly kind: 'run';
      readonly model: number;
      readonly rows: number;
      readonly width: number;
      /** Rows × width. */
      readonly data: Float32Array;
      /** Name of the output; absent: the last. */
      readonly output?: string;
    };

/** Names of a model's inputs and outputs. */
export interface OnnxModel {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** A tensor of numbers, row-major. */
export interface OnnxOutput {
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

/** The part of onnxruntime that is used. */
interface Runtime {
  readonly InferenceSession: { create(bytes: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => unknown;
}
interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(
    feeds: Readonly<Record<string, unknown>>,
    fetches: readonly string[],
  ): Promise<
    Readonly<
      Record<string, { readonly type: string; readonly dims: readonly number[]; readonly data: ArrayLike<number> }>
    >
  >;
}

let runtime: Runtime | null = null;
const sessions = new Map<number, Session>();

/** Does one job. @throws TidegateError ONNX_MISSING, ONNX_MODEL, ONNX_OUTPUT */
export async function doOnnxJob(job: OnnxJob): Promise<OnnxModel | OnnxOutput> {
  if (job.kind === 'run') return run(job);
  runtime ??= load(job.folders);
  let session: Session;
  try {
    // One thread: the same sums in the same order, whatever the machine.
    const options = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', logSeverityLevel: 3 };
    session = await runtime.InferenceSession.create(job.bytes, options);
  } catch (cause) {
    throw new TidegateError('ONNX_MODEL', `onnxruntime cannot open the model: ${(cause as Error).message}`, {
      remedy: 'Export it again, with operators that this onnxruntime knows.',
    });
  }
  sessions.set(job.model, session);
  return { inputs: [...session.inputNames], outputs: [...session.outputNames] };
}

async function run({ model, rows, width, data, output }: Extract<OnnxJob, { kind: 'run' }>): Promise<OnnxOutput> {
  const session = sessions.get(model)!;
  const wanted = output ?? session.outputNames.at(-1)!;
  try {
    const input = new runtime!.Tensor('float32', data, [rows, width]);
    const answer = (await session.run({ [session.inputNames[0]!]: input }, [wanted]))[wanted]!;
    return { dims: [...answer.dims], data: Float64Array.from(answer.data, Number) };
  } catch (cause) {
    throw new TidegateError(
      'ONNX_OUTPUT',
      `the model cannot answer ${rows} rows of ${width} features with "${wanted}": ${(cause as Error).message}`,
      {
        remedy:
          'It must take one float tensor [rows, features] and give a tensor. From scikit-learn export with zipmap off; set the option "output" to the probabilities.',
      },
    );
  }
}

/** Looks for onnxruntime-node in the folders given, then beside Tidegate. */
function load(folders: readonly string[]): Runtime {
  for (const base of [...folders.map((folder) => join(folder, 'package.json')), import.meta.url])
    try {
      return createRequire(base)('onnxruntime-node') as Runtime;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND')
        throw new TidegateError('ONNX_MISSING', `onnxruntime-node does not load: ${(cause as Error).message}`, {
          remedy: 'Install it again: npm install onnxruntime-node',
        });
    }
  throw new TidegateError('ONNX_MISSING', 'ONNX models need the package onnxruntime-node, which is not installed', {
    remedy: 'Run "npm install onnxruntime-node" in the folder that you start tidegate in, or in user_data.',
  });
}
