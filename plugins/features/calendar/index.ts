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
      const { time } = (given as Market).candles;
      const out: Record<string, Series> = {};
      const put = (name: string, made: unknown) => {
        if (isSeries(made)) out[name] = made;
        else
          for (const [output, series] of Object.entries(made as Record<string, Series>))
            out[`${name}${upper(output)}`] = series;
      };
      put('hour', hourCycle(time));
      put('week', weekCycle(time));
      put('newYorkHour', newYorkHour(time));
      put('weekend', weekend(time));
      put('session', sessionFlags(time));
      put('funding', fundingClock(time));
      if (season) {
        put('year', yearCycle(time));
        put('dayOfMonth', dayOfMonth(time));
      }
      return out;
    },
  }),
});

const isSeries = (value: unknown): value is Series => typeof value === 'object' && value !== null && 'node' in value;
const upper = (name: string) => name[0]!.toUpperCase() + name.slice(1);
