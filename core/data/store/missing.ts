import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import type { SeriesInfo, SeriesKey } from '../../ports/market-data.ts';

/**
 * The error for a series that is not stored: says what is there of the pair, or which pair or exchange is near. A name that is only spelt otherwise
 * (`btc/usdt`, `BTCUSDT`, `Binance`) is not offered for download.
 */
export function missingSeries(key: SeriesKey, stored: readonly SeriesInfo[], root: string): TidegateError {
  const name = [key.pair, key.timeframe, key.type].filter(Boolean).join(' ');
  const pairs = new Set(stored.map((info) => info.pair));
  return new TidegateError('DATA_MISSING', `no ${name} of ${key.exchange} are stored`, {
    where: root,
    remedy: remedyFor(key, stored, pairs),
    details: { ...key, pairs: [...pairs] },
  });
}

function remedyFor(key: SeriesKey, stored: readonly SeriesInfo[], pairs: ReadonlySet<string>): string {
  const exchanges = new Set(stored.map((info) => info.exchange));
  const respelt = [
    ...respellings('--exchange', key.exchange, exchanges),
    ...respellings('--pairs', key.pair, pairs),
  ].join(' ');
  if (respelt) return `Names are written as \`tidegate data list\` writes them: ${respelt}.`;
  const ofPair = stored.filter((info) => info.pair === key.pair);
  const hints = [
    exchanges.has(key.exchange) ? '' : didYouMean(key.exchange, exchanges),
    ofPair.length > 0
      ? `Stored of ${key.pair}: ${ofPair.map((i) => [i.exchange, i.type, i.timeframe].filter(Boolean).join(' ')).join('; ')}.`
      : didYouMean(key.pair, pairs),
  ];
  const type = key.type === 'candles' ? '' : ` --type ${key.type}`;
  const timeframe = key.timeframe ? ` --timeframe ${key.timeframe}` : '';
  // No exchange has what was made from a seed.
  const command =
    key.exchange === 'synthetic'
      ? `tidegate data synth --pairs ${key.pair}`
      : `tidegate download --exchange ${key.exchange} --pairs ${key.pair}${timeframe}${type}`;
  return [...hints.filter(Boolean), `Get it with \`${command}\`, or see \`tidegate data list\`.`].join(' ');
}

/** The option as it should be typed, where what is stored has the same letters and figures as what was asked for; else nothing. */
function respellings(option: string, asked: string, stored: ReadonlySet<string>): string[] {
  if (stored.has(asked)) return [];
  const bare = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const same = [...stored].filter((one) => bare(one) === bare(asked));
  return same.length === 1 ? [`${option} ${same[0]}`] : [];
}
