import { didYouMean, TidegateError } from '../foundation/errors.ts';
import { editDistance } from '../foundation/nearest.ts';
import { codeOf, parametersOf } from '../strategy/check-reads.ts';
import { CALLBACKS, Strategy } from '../strategy/strategy.ts';

/** Freqtrade's names that are not ours but for their spelling. */
const FREQTRADE_NAMES: Readonly<Record<string, string>> = {
  ...{ populateindicators: 'features', informativepairs: 'features' },
  ...{ populateentrytrend: 'onCandle', populateexittrend: 'onCandle', populatebuytrend: 'onCandle' },
  ...{ customstoploss: 'customStop', customstakeamount: 'stake', customentryprice: 'entryPrice' },
  ...{ customexitprice: 'exitPrice', confirmtradeentry: 'confirmEntry', confirmtradeexit: 'confirmExit' },
  ...{ adjusttradeposition: 'adjustPosition', adjustentryprice: 'adjustOrder', adjustexitprice: 'adjustOrder' },
  ...{ adjustorderprice: 'adjustOrder', orderfilled: 'onFill' },
  ...{ botstart: 'onStart', botloopstart: 'onTimer', startupcandlecount: 'startupCandles' },
  ...{ positionadjustmentenable: 'maxEntryPositionAdjustment', usecustomstoploss: 'customStop' },
};

/** What callbacks are told beside pair, side, time, rate and entryTag. */
const ALWAYS_TOLD = ['pair', 'side', 'time', 'rate', 'entryTag'];
const OF_POSITION = [...ALWAYS_TOLD, 'position', 'profit'];
const TOLD: Readonly<Partial<Record<(typeof CALLBACKS)[number], readonly string[]>>> = {
  onCandle: ['f', 'pair', 'time', 'candle', 'position', 'account', 'store'],
  onTrade: ['pair', 'time', 'price', 'amount', 'side'],
  onBook: ['pair', 'time', 'bid', 'bidAmount', 'ask', 'askAmount'],
  onFill: ['pair', 'time', 'side', 'price', 'amount', 'fee', 'purpose'],
  onFunding: ['pair', 'time', 'rate', 'amount'],
  stake: [...ALWAYS_TOLD, 'proposed', 'leverage'],
  leverage: [...ALWAYS_TOLD, 'maxLeverage'],
  entryPrice: ALWAYS_TOLD,
  confirmEntry: [...ALWAYS_TOLD, 'amount'],
  adjustOrder: [...ALWAYS_TOLD, 'isEntry', 'price', 'openedAt', 'position', 'reason'],
  exitPrice: [...OF_POSITION, 'reason'],
  confirmExit: [...OF_POSITION, 'reason'],
  customStop: [...OF_POSITION, 'afterFill'],
  customRoi: OF_POSITION,
  customExit: OF_POSITION,
  adjustPosition: OF_POSITION,
};

/**
 * Refuses what JavaScript would take without a word, and nothing would ever use: attributes and callbacks that are nearly, or Freqtrade's, names of
 * ours; callbacks that are no functions; and names taken out of what a callback is told that are not in it.
 * @throws TidegateError STRATEGY_NAME, STRATEGY_ATTRIBUTE
 */
export function checkSurface(strategy: Strategy, name: string): void {
  const plain = new (class extends Strategy {})();
  const attributes = Object.keys(plain);
  const ours = [...attributes, ...CALLBACKS];
  for (const own of ownMembers(strategy)) {
    if (own in plain || (ours as readonly string[]).includes(own)) continue;
    const value = Object.getOwnPropertyDescriptor(strategy, own)?.value as unknown;
    const isMethod = !Object.hasOwn(strategy, own) || typeof value === 'function';
    const meant = meantName(own, isMethod ? CALLBACKS : attributes, ours);
    if (meant !== undefined)
      throw new TidegateError('STRATEGY_NAME', `${name} has "${own}", which nothing asks for`, {
        remedy: `It is called "${meant}" here. If it is something of your own, give it another name.`,
      });
  }
  for (const callback of CALLBACKS) {
    const held = strategy[callback] as unknown;
    if (held === undefined) continue;
    if (typeof held !== 'function')
      throw new TidegateError(
        'STRATEGY_ATTRIBUTE',
        `${name}.${callback} cannot be ${JSON.stringify(held)}: it is asked as a function`,
        {
          remedy: `Write ${callback}() { return ${JSON.stringify(held)}; }, or give a field of your own another name.`,
        },
      );
    const told = TOLD[callback];
    for (const taken of told === undefined ? [] : takenOut(held))
      if (!told!.includes(taken))
        throw new TidegateError(
          'STRATEGY_NAME',
          `${name}.${callback} takes "${taken}" out of what it is told, and that is not in it`,
          {
            remedy: `${didYouMean(taken, told!)} There is: ${told!.join(', ')}.`.trim(),
          },
        );
  }
}

/** Fields and methods that are not the base class's. */
function ownMembers(strategy: Strategy): Set<string> {
  const names = new Set(Object.keys(strategy));
  for (let proto = Object.getPrototypeOf(strategy); proto !== Strategy.prototype; proto = Object.getPrototypeOf(proto))
    for (const key of Object.getOwnPropertyNames(proto)) names.add(key);
  names.delete('constructor');
  return names;
}

/** The name of ours that is surely meant: spelt otherwise, Freqtrade's, or (of the same sort) a letter away. */
function meantName(own: string, ofItsSort: readonly string[], ours: readonly string[]): string | undefined {
  const bare = own.toLowerCase().replaceAll('_', '');
  return (
    ours.find((one) => one.toLowerCase() === bare) ??
    FREQTRADE_NAMES[bare] ??
    (/^[A-Za-z]{6,}$/.test(own) ? ofItsSort.find((one) => editDistance(own, one) === 1) : undefined)
  );
}

/** Names that a function takes out of its first parameter: of `({ a, b: c, d = 1 }) {…}` a, b and d. */
function takenOut(made: unknown): string[] {
  const pattern = parametersOf(codeOf(made)).parameters[0]?.pattern;
  const names = pattern?.split(',').map((part) => part.split(/[:=]/)[0]!.trim());
  return names?.filter((one) => /^[\w$]+$/.test(one)) ?? [];
}
