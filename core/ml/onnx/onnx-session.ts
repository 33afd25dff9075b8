import { TidegateError } from '../../foundation/errors.ts';
import { WaitedWorker } from '../threads/waited-worker.ts';
import type { OnnxJob, OnnxModel, OnnxOutput } from './onnx-jobs.ts';

/** An open ONNX model that answers at once, though onnxruntime itself only promises: it runs in a thread that is waited for. */
export interface OnnxSession extends OnnxModel {
  /** @param data rows × width, row-major @throws TidegateError ONNX_OUTPUT */
  run(data: Float32Array, rows: number, width: number, output?: string): OnnxOutput;
}

let worker: WaitedWorker<OnnxJob> | null = null;
let opened = 0;

/**
 * Opens a model.
 * @param folders where onnxruntime-node is looked for before Tidegate's own packages: the user's project
 * @throws TidegateError ONNX_MISSING, ONNX_MODEL, ONNX_WORKER
 */
export function openOnnx(bytes: Uint8Array, folders: readonly string[]): OnnxSession {
  if (worker === null || worker.isDead) {
    const file = import.meta.url.endsWith('.ts') ? './worker-main.ts' : './worker-main.js';
    worker = new WaitedWorker({
      url: new URL(file, import.meta.url),
      timeoutMs: 120_000,
      failure: (what) =>
        new TidegateError('ONNX_WORKER', `the thread that runs ONNX models ${what}`, {
          remedy: 'Run again; if it stays, the model or onnxruntime is damaged.',
        }),
    });
  }
  const own = worker;
  const model = ++opened;
  const ask = (job: OnnxJob): OnnxModel | OnnxOutput => {
    own.post(job);
    return own.result() as OnnxModel | OnnxOutput;
  };
  const about = ask({ kind: 'open', model, bytes, folders }) as OnnxModel;
  return {
    ...about,
    run: (data, rows, width, output) =>
      ask({ kind: 'run', model, rows, width, data, ...(output !== undefined && { output }) }) as OnnxOutput,
  };
}
