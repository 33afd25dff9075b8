import { expect, it } from 'vitest';
import { hourOfDay } from './calendar/index.ts';
import { vwapSession } from './flow/index.ts';
import { candleSeries } from './series.ts';

const candles = candleSeries({ pair: 'A/B', timeframe: '1h', type: 'candles' });

it('features that read the time take candles, or their columns one by one', () => {
  expect(hourOfDay(candles).key).toBe(hourOfDay(candles.time).key);
  const whole = vwapSession(candles);
  const single = vwapSession(candles.time, candles.high, candles.low, candles.close, candles.volume);
  expect(JSON.stringify(Object.values(whole).map((s) => s))).toBe(JSON.stringify(Object.values(single).map((s) => s)));
});

it('says how such a feature is called', () => {
  expect(() => hourOfDay({} as never)).toThrow(
    /hour-of-day is computed from candles \(time\).*Call it as hourOfDay\(m.candles, …\)/s,
  );
});
