import { TidegateError } from '../../foundation/errors.ts';
import { shown } from '../../foundation/message-of.ts';
import type { Predictions, SavedModel } from '../../ports/learning-modules.ts';

/** Lets a module learn. @throws TidegateError MODEL_ANSWER when it wants to be waited for: it would be asked before it has learned */
export function letLearn<D>(module: { readonly name: string; fit?(data: D): void }, data: D): void {
  refusePromise(module.name, 'fit', module.fit?.(data));
}

/** Lets a model answer rows [from, to). @throws TidegateError MODEL_ANSWER when it wants to be waited for: what it wrote would be read before */
export function letPredict(
  model: {
    readonly name: string;
    predictInto(columns: readonly Float64Array[], out: Predictions, from: number, to: number): void;
  },
  columns: readonly Float64Array[],
  out: Predictions,
  from: number,
  to: number,
): void {
  refusePromise(model.name, 'predictInto', model.predictInto(columns, out, from, to));
}

/** What a module saved. @throws TidegateError MODEL_ANSWER for what is no saved model */
export function savedBy(module: { readonly name: string; save(): SavedModel }): SavedModel {
  const saved: unknown = module.save();
  refusePromise(module.name, 'save', saved);
  const { name, version, meta, arrays } = Object(saved) as Partial<Record<keyof SavedModel, unknown>>;
  const isRecord = (value: unknown): value is object => typeof value === 'object' && value !== null;
  if (
    typeof name === 'string' &&
    Number.isInteger(version) &&
    isRecord(meta) &&
    isRecord(arrays) &&
    Object.values(arrays).every((array) => array instanceof Float64Array)
  )
    return saved as SavedModel;
  throw new TidegateError('MODEL_ANSWER', `save of "${module.name}" returned ${shown(saved)}`, {
    remedy: 'Return { name, version, meta, arrays }: text, a whole number, plain JSON, and Float64Arrays by name.',
  });
}

function refusePromise(name: string, method: string, answer: unknown): void {
  if (!(answer instanceof Promise)) return;
  // Nobody waits for it: what it comes to shall not end the process.
  answer.catch(() => {});
  throw new TidegateError('MODEL_ANSWER', `${method} of "${name}" returned a promise`, {
    remedy: `Be done before ${method} returns, without async: nothing waits for it.`,
  });
}
