import { strategyOverrides } from '../config/schema.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { Strategy } from '../strategy/strategy.ts';

const ATTRIBUTES = Object.keys(strategyOverrides.shape) as (keyof typeof strategyOverrides.shape)[];

/** What the engine calls and does not wait for. */
const CALLBACKS = [
  ...['onStart', 'onStop', 'onCandle', 'onTrade', 'onBook', 'onFunding', 'onFill', 'onTimer', 'features'],
  ...['stake', 'leverage', 'entryPrice', 'exitPrice', 'confirmEntry', 'confirmExit', 'customStop', 'customRoi'],
  ...['customExit', 'adjustPosition', 'adjustOrder'],
] as readonly (keyof Strategy)[];

const AsyncFunction = (async () => undefined).constructor;

/**
 * Refuses attributes that mean nothing (a stop of "5%", NaN or above 0 would silently be none), and callbacks that answer with promises.
 * @throws TidegateError STRATEGY_ATTRIBUTE, STRATEGY_ASYNC
 */
export function checkAttributes(strategy: Strategy, name: string): void {
  const parsed = strategyOverrides.safeParse(Object.fromEntries(ATTRIBUTES.map((key) => [key, strategy[key]])));
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)[key], strategy);
    throw new TidegateError(
      'STRATEGY_ATTRIBUTE',
      `${name}.${path.join('.')} cannot be ${typeof value === 'number' ? value : (JSON.stringify(value) ?? 'absent')}: ${message}`,
      {
        remedy:
          path[0] === 'stoploss'
            ? 'A stop of five percent is -0.05; -1 is none.'
            : 'The guide "Writing a strategy" lists all attributes.',
      },
    );
  }
  for (const callback of CALLBACKS)
    if (strategy[callback] instanceof AsyncFunction)
      throw new TidegateError('STRATEGY_ASYNC', `${name}.${callback} is async, and nothing waits for it`, {
        remedy: 'Take "async" away: callbacks answer at once; data from outside comes in through a source module.',
      });
}
