import { type ErrorRecord, errorOf, errorRecord } from '../../foundation/error-record.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { MarketData } from '../../ports/market-data.ts';

/** Answers of stored data, by what was asked. */
export type TapedData = Map<string, { readonly value: unknown } | ErrorRecord>;

type Asked = (...args: unknown[]) => unknown;

/** Stored data that keeps what it is asked for. */
export function tapingData(data: MarketData, tape: TapedData): MarketData {
  return asked(data, async (name, args, ask) => {
    const key = keyOf(name, args);
    try {
      const value = await ask();
      tape.set(key, { value });
      return value;
    } catch (error) {
      if (error instanceof TidegateError) tape.set(key, errorRecord(error));
      throw error;
    }
  });
}

/** The same answers again. @throws TidegateError JOURNAL_MISMATCH for what was not asked before */
export function tapedData(tape: TapedData): MarketData {
  return asked({} as MarketData, async (name, args) => {
    const found = tape.get(keyOf(name, args));
    if (found === undefined)
      throw new TidegateError('JOURNAL_MISMATCH', `the recorded session did not ask for ${name} of ${args[1]}`, {
        remedy: 'Replay it with the strategy, the settings and the version that recorded it.',
      });
    if ('code' in found) throw errorOf(found);
    return found.value;
  });
}

const keyOf = (name: string, args: readonly unknown[]) => `${name} ${JSON.stringify(args)}`;

function asked(
  data: MarketData,
  answer: (name: string, args: readonly unknown[], ask: () => unknown) => Promise<unknown>,
): MarketData {
  return new Proxy(data, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as unknown;
      if (typeof name !== 'string' || name === 'then' || (value !== undefined && typeof value !== 'function'))
        return value;
      return (...args: unknown[]) => answer(name, args, () => (value as Asked).apply(target, args));
    },
  });
}
