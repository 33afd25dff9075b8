import { expect, it } from 'vitest';
import { errorOf, errorRecord } from './error-record.ts';
import { TidegateError } from './errors.ts';

const across = (thrown: unknown) => errorOf(structuredClone(errorRecord(thrown)));

it('brings code, message and remedy of an error to another thread', () => {
  for (const parts of [{}, { where: 'a.yaml:3' }, { remedy: 'Mend it.' }, { where: 'a.yaml:3', remedy: 'Mend it.' }]) {
    const thrown = new TidegateError('DATA_GAP', 'a candle is missing', parts);
    const { code, message, remedy } = across(thrown) as TidegateError;
    expect({ code, message, remedy }).toEqual({ code: 'DATA_GAP', message: thrown.message, remedy: thrown.remedy });
  }
});

it('brings what else is thrown as an error without a code', () => {
  for (const thrown of [new TypeError('x is not a function'), 'x is not a function']) {
    const error = across(thrown);
    expect(error).not.toBeInstanceOf(TidegateError);
    expect(error.message).toBe('x is not a function');
  }
});
