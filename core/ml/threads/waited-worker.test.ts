import { expect, it } from 'vitest';
import { TidegateError } from '../../foundation/errors.ts';
import { WaitedWorker } from './waited-worker.ts';

it('throws what its thread threw, in the same words', () => {
  const parts = { where: 'model.onnx', remedy: 'Export it again.' };
  const thrown = new TidegateError('ONNX_MODEL', 'it does not open', parts);
  const file = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const code = `
    import { TidegateError } from ${file('../../foundation/errors.ts')};
    import { serveJobs } from ${file('./waited-worker.ts')};
    serveJobs(() => { throw new TidegateError('ONNX_MODEL', 'it does not open', ${JSON.stringify(parts)}); });`;
  const worker = new WaitedWorker<string>({
    url: new URL(`data:text/javascript,${encodeURIComponent(code)}`),
    timeoutMs: 60_000,
    failure: (what) => new TidegateError('ONNX_WORKER', what),
  });
  worker.post('open');
  expect(() => worker.result()).toThrow(thrown.message);
  worker.end();
});
