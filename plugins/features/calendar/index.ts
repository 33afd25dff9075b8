import {
  dayOfMonth,
  definePlugin,
  fundingClock,
  hourCycle,
  type Market,
  newYorkHour,
  type Series,
  sessionFlags,
  weekCycle,
  weekend,
  yearCycle,
  z,
} from 'tidegate';

/** Where a candle stands in the day, the week and the year, and in the trading sessions of the world. */
export default definePlugin({
  kind: 'feature',
  name: 'calendar',
  version: '1.0.0',
  doc: 'hour, weekday and season as cycles, trading sessions, weekend, time to funding',
  options: z.object({
    season: z.boolean().default(false).describe('add the place in the year and the day of the month'),
  }),
  create: ({ season }) => ({
    name: 'calendar',
    define(given) {
      const { candles } = given as Market;
      const out: Record<string, Series> = {};
      const put = (name: string, made: unknown) => {
        if (isSeries(made)) out[name] = made;
        else
          for (const [output, series] of Object.entries(made as Record<string, Series>))
            out[`${name}${upper(output)}`] = series;
      };
      put('hour', hourCycle(candles));
      put('week', weekCycle(candles));
      put('newYorkHour', newYorkHour(candles));
      put('weekend', weekend(candles));
      put('session', sessionFlags(candles));
      put('funding', fundingClock(candles));
      if (season) {
        put('year', yearCycle(candles));
        put('dayOfMonth', dayOfMonth(candles));
      }
      return out;
    },
  }),
});

const isSeries = (value: unknown): value is Series => typeof value === 'object' && value !== null && 'node' in value;
const upper = (name: string) => name[0]!.toUpperCase() + name.slice(1);
