import { TidegateError } from '../foundation/errors.ts';
import { shown } from '../foundation/message-of.ts';
import { strategyFailed } from '../foundation/user-place.ts';
import type { AskedFeatures } from '../strategy/quotes.ts';
import { adjustedStake, NAN_ANSWER, type Strategy } from '../strategy/strategy.ts';

const isNone = (x: unknown) => x === null || x === undefined;
const isNumber = (x: unknown) => typeof x === 'number' && Number.isFinite(x);
const isPrice = (x: unknown) => isNumber(x) && (x as number) > 0;
const isVerdict = (x: unknown) => typeof x === 'boolean';

/** What each callback may answer. */
const ANSWERS = {
  customStop: [(x) => isNone(x) || isNumber(x), 'a ratio such as -0.05, or null'],
  customRoi: [(x) => isNone(x) || isNumber(x), 'a profit ratio, or null'],
  customExit: [(x) => isNone(x) || x === false || typeof x === 'string', 'a reason in words, or null'],
  entryPrice: [(x) => isNone(x) || isPrice(x), 'a price, or null'],
  exitPrice: [(x) => isNone(x) || isPrice(x), 'a price, or null'],
  stake: [(x) => isNumber(x) && (x as number) >= 0, 'an amount of stake currency, 0 for no trade'],
  leverage: [isPrice, 'a leverage of 1 or more'],
  confirmEntry: [isVerdict, 'true or false'],
  confirmExit: [isVerdict, 'true or false'],
  adjustOrder: [(x) => x === 'keep' || x === 'cancel' || isPrice(x), '"keep", "cancel" or a price'],
  adjustPosition: [
    (x) => isNone(x) || isNumber(adjustedStake(x)),
    'a stake (negative to reduce), { stake, tag }, or null',
  ],
} as const satisfies Partial<Record<keyof Strategy, readonly [(answer: unknown) => boolean, string]>>;

/** The callbacks of a strategy that answer something. */
export type Asked = Pick<Strategy, keyof typeof ANSWERS>;

/**
 * A strategy's answering callbacks, only those that its author wrote: what they throw becomes STRATEGY_FAILED and what makes no sense
 * STRATEGY_ANSWER, with callback, pair and time.
 */
export function askedStrategy(strategy: Strategy, name: string, featuresOf: FeaturesOf): Asked {
  const asked: Record<string, (context: Moment) => unknown> = {};
  for (const [callback, [isGood, wanted]] of Object.entries(ANSWERS)) {
    const original = strategy[callback as keyof Asked] as ((context: unknown) => unknown) | undefined;
    if (!original) continue;
    asked[callback] = (context) => {
      const answer = blamed(name, callback, context, () =>
        withFeatures(strategy, featuresOf(context.pair), () => original.call(strategy, context)),
      );
      if (isGood(answer)) return answer;
      throw new TidegateError('STRATEGY_ANSWER', `${name}.${callback} returned ${shown(answer)}`, {
        where: momentWords(context),
        remedy: `Return ${wanted}.${Number.isNaN(answer) ? NAN_ANSWER : ''}`,
      });
    };
  }
  return asked as Asked;
}

/** What is declared for a pair, as of its last closed candle. */
export type FeaturesOf = (pair: string) => NonNullable<AskedFeatures['features']>;

/** Calls a callback that may read `this.f`. */
export function withFeatures<T>({ tickSurface }: Strategy, features: AskedFeatures['features'], call: () => T): T {
  tickSurface.asking = { features };
  try {
    return call();
  } finally {
    tickSurface.asking = null;
  }
}

/** Where in the market a callback was asked. */
interface Moment {
  readonly pair: string;
  readonly time: number;
}

/** Calls into a strategy; what it throws gets the name of strategy, callback and moment. @throws TidegateError STRATEGY_FAILED */
export function blamed<T>(name: string, callback: string, moment: Moment | null, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw strategyFailed(name, `in ${callback}`, cause, moment === null ? undefined : momentWords(moment));
  }
}

function momentWords({ pair, time }: Moment): string {
  return `${pair} at ${new Date(time).toISOString()}`;
}
