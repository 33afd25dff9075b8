import { expect, it } from 'vitest';
import { TidegateError } from './errors.ts';
import { strategyFailed, userPlace } from './user-place.ts';

const root = new URL('../../', import.meta.url).href;
const thrown = (message: string, frames: readonly string[], cause?: unknown) => {
  const error = new Error(message, cause === undefined ? undefined : { cause });
  error.stack = [`Error: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return error;
};
const OURS = [`checked (${root}core/indicators/feature.ts:9:3)`, `${root}plugins/sizing/kelly/index.ts:1:1`];
const THEIRS = ['MyIdea.onCandle (file:///home/me/user%20data/strategies/my-idea.ts:17:9)'];

it('is the innermost line that is neither ours nor a package’s', () => {
  const packages = ['parse (file:///home/me/node_modules/zod/index.js:3:1)', 'node:internal/modules:1:2'];
  expect(userPlace(thrown('no', [...OURS, ...packages, ...THEIRS, ...OURS]))).toBe(
    '/home/me/user data/strategies/my-idea.ts:17:9',
  );
});

it('leaves out what a reload adds to addresses', () => {
  expect(userPlace(thrown('no', ['file:///a/b.ts?v=3:4:5']))).toBe('/a/b.ts:4:5');
});

it('is that of the cause, where it knows one', () => {
  const cause = thrown('deep', THEIRS);
  expect(userPlace(thrown('outer', ['f (file:///a/other.ts:1:1)'], cause))).toMatch(/my-idea\.ts:17:9$/);
});

it('is none for faults of our own, and for what is no error', () => {
  expect(userPlace(thrown('no', OURS))).toBeUndefined();
  expect(userPlace('text')).toBeUndefined();
});

it('a strategy of the package has a place, too', () => {
  expect(userPlace(thrown('no', [`${root}strategies/ema-cross.ts:30:1`]))).toMatch(/strategies\/ema-cross\.ts:30:1$/);
});

it('what a strategy threw is told with market and line, and what to do', () => {
  const cause = thrown('no', THEIRS);
  const error = strategyFailed('Mine', 'in onCandle', cause, 'BTC/USDT at noon');
  expect(error).toMatchObject({ code: 'STRATEGY_FAILED', cause });
  expect(error.message).toMatch(/Mine threw in onCandle: no/);
  expect(error.message).toMatch(/BTC\/USDT at noon, \/home\/me\/user data\/strategies\/my-idea\.ts:17:9/);
  expect(strategyFailed('Mine', 'in onStop', 'text').message).toMatch(/threw in onStop: text.*--debug/);
  expect(strategyFailed('Mine', 'in onStart', new ReferenceError('sma is not defined')).message).toContain(
    "If it is Tidegate's, import it: import { sma } from 'tidegate'.",
  );
});

it('an error of ours stays what it is', () => {
  const own = new TidegateError('PARAM_VALUE', 'too large');
  expect(strategyFailed('Mine', 'in features', own)).toBe(own);
});
