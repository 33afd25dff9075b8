import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import type { SeriesInfo, SeriesKey } from '../../ports/market-data.ts';

/** The error for a series that is not stored: says what is there of the pair, or which pair is near. */
export function missingSeries(key: SeriesKey, stored: readonly SeriesInfo[], root: string): TidegateError {
  const name = [key.pair, key.timeframe, key.type].filter(Boolean).join(' ');
  const ofPair = stored.filter((info) => info.pair === key.pair);
  const hint =
    ofPair.length > 0
      ? `Stored of ${key.pair}: ${ofPair.map((i) => [i.exchange, i.type, i.timeframe].filter(Boolean).join(' ')).join('; ')}.`
      : didYouMean(key.pair, new Set(stored.map((info) => info.pair)));
  const type = key.type === 'candles' ? '' : ` --type ${key.type}`;
  const timeframe = key.timeframe ? ` --timeframe ${key.timeframe}` : '';
  return new TidegateError('DATA_MISSING', `no ${name} of ${key.exchange} is stored`, {
    where: root,
    remedy: `${hint && `${hint} `}Get it with \`tidegate download --exchange ${key.exchange} --pairs ${key.pair}${timeframe}${type}\`, or see \`tidegate data list\`.`,
    details: { ...key, pairs: [...new Set(stored.map((info) => info.pair))] },
  });
}
