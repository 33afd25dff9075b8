import { TidegateError } from '../../foundation/errors.ts';
import { Series } from '../../indicators/series.ts';
import type { Market } from '../../strategy/market.ts';

/**
 * The series that a train block's own function declares, by dotted name.
 * @throws TidegateError TRAIN_BLOCK when it returns something that is no series, or nothing, or asks for features of ticks
 */
export function namedSeries(declare: (market: Market) => unknown, market: Market, block: string): Map<string, Series> {
  const out = new Map<string, Series>();
  const walk = (value: unknown, path: string): void => {
    if (value instanceof Series) out.set(path, value);
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) walk(inner, path ? `${path}.${key}` : key);
    else
      throw new TidegateError(
        'TRAIN_BLOCK',
        `features of the train block "${block}" returned ${JSON.stringify(value)} as "${path}"`,
        {
          where: market.symbol,
          remedy: 'Return series by name, such as { rsi: rsi(m.candles.close, 14) }.',
        },
      );
  };
  const ticks = (name: string) => {
    throw new TidegateError(
      'TRAIN_BLOCK',
      `features of the train block "${block}" ask for "${name}" of trades and books: train blocks learn from candles`,
      {
        where: market.symbol,
        remedy: `m.ticks('learned-direction', { features: ['${name}'] }) in features() learns from those while the market runs.`,
      },
    );
  };
  walk(declare(Object.create(market, { ticks: { value: ticks } }) as Market), '');
  if (out.size > 0) return out;
  throw new TidegateError('TRAIN_BLOCK', `features of the train block "${block}" returned no series`, {
    where: market.symbol,
    remedy: 'Return series by name, such as { rsi: rsi(m.candles.close, 14) }.',
  });
}
