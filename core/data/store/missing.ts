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
  // No exchange has what was made from a seed.
  const command =
    key.exchange === 'synthetic'
      ? `tidegate data synth --pairs ${key.pair}`
      : `tidegate download --exchange ${key.exchange} --pairs ${key.pair}${timeframe}${type}`;
  return new TidegateError('DATA_MISSING', `no ${name} of ${key.exchange} are stored`, {
    where: root,
    remedy: `${hint && `${hint} `}Get it with \`${command}\`, or see \`tidegate data list\`.`,
    details: { ...key, pairs: [...new Set(stored.map((info) => info.pair))] },
  });
}
