import { z } from 'zod';
import { Slots } from '../rolling/memory.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { DAY_MS, dayOf, daysOf, HOUR_MS, monthOf, newYorkOffset, weekdayOf, yearOf } from './civil-date.ts';

const source = 'UTC calendar of the row’s opening time';
const none = z.object({});

/** A position in a cycle (0..1) as a point on the circle, so that its end meets its beginning. */
function circle(out: Float64Array, share: number): void {
  out[0] = Math.sin(2 * Math.PI * share);
  out[1] = Math.cos(2 * Math.PI * share);
}

/** Time of day as a point on the circle; 00:00 UTC is (0, 1). */
export const hourCycle = defineRows({
  name: 'hour-cycle',
  doc: 'Time of day as sine and cosine',
  source,
  units: '-1..1',
  inputs: ['time'],
  outputs: ['sin', 'cos'],
  options: none,
  args: [],
  warmup: () => 0,
  rows: (_o, _memory, out) => (_k, time) => circle(out, time / DAY_MS - Math.floor(time / DAY_MS)),
});

/** Time of week as a point on the circle; Monday 00:00 UTC is (0, 1). */
export const weekCycle = defineRows({
  name: 'week-cycle',
  doc: 'Time of week as sine and cosine',
  source,
  units: '-1..1',
  inputs: ['time'],
  outputs: ['sin', 'cos'],
  options: none,
  args: [],
  warmup: () => 0,
  rows: (_o, _memory, out) => (_k, time) => {
    const weeks = (time / DAY_MS + 3) / 7;
    circle(out, weeks - Math.floor(weeks));
  },
});

/** Day of the year as a point on the circle; 1 January is (0, 1). */
export const yearCycle = defineRows({
  name: 'year-cycle',
  version: 2,
  doc: 'Time of year as sine and cosine',
  source,
  units: '-1..1',
  inputs: ['time'],
  outputs: ['sin', 'cos'],
  options: none,
  args: [],
  warmup: () => 0,
  rows: (_o, _memory, out) => (_k, time) => {
    const days = Math.floor(time / DAY_MS);
    const year = yearOf(days);
    const first = daysOf(year, 1, 1);
    circle(out, (days - first) / (daysOf(year + 1, 1, 1) - first));
  },
});

/** Hour of the day in UTC. */
export const hourOfDay = defineRows({
  name: 'hour-of-day',
  doc: 'Hour of the day in UTC',
  source,
  units: '0..23',
  inputs: ['time'],
  outputs: ['hour'],
  options: none,
  args: [],
  warmup: () => 0,
  rows: () => (_k, time) => Math.floor((time - Math.floor(time / DAY_MS) * DAY_MS) / HOUR_MS),
});

/** Hour of the day in New York, daylight saving by the law since 2007: 17 is the forex roll-over. */
export const newYorkHour = defineRows({
  name: 'new-york-hour',
  doc: 'Hour of the day in New York',
  source: 'UTC - 5 h, or - 4 h from the second Sunday of March to the first of November (2:00 local)',
  units: '0..23',
  inputs: ['time'],
  outputs: ['hour'],
  options: none,
  args: [],
  warmup: () => 0,
  rows(_o, memory) {
    const m = memory.own(new Slots(2)); // hour of the offset held + 1 (0: none), offset in ms
    return (_k, time) => {
      const s = m.s;
      const hour = Math.floor(time / HOUR_MS);
      if (s[0] !== hour + 1) {
        s[0] = hour + 1;
        s[1] = newYorkOffset(time) * HOUR_MS;
      }
      const local = time + s[1]!;
      return Math.floor((local - Math.floor(local / DAY_MS) * DAY_MS) / HOUR_MS);
    };
  },
});

/** Day of the week, Monday 0 to Sunday 6. */
export const dayOfWeek = defineRows({
  name: 'day-of-week',
  doc: 'Day of the week, Monday 0 to Sunday 6',
  source,
  units: '0..6',
  inputs: ['time'],
  outputs: ['day'],
  options: none,
  args: [],
  warmup: () => 0,
  rows: () => (_k, time) => weekdayOf(Math.floor(time / DAY_MS)),
});

/** Day of the month. */
export const dayOfMonth = defineRows({
  name: 'day-of-month',
  version: 2,
  doc: 'Day of the month',
  source,
  units: '1..31',
  inputs: ['time'],
  outputs: ['day'],
  options: none,
  args: [],
  warmup: () => 0,
  rows: () => (_k, time) => dayOf(Math.floor(time / DAY_MS)),
});

/** Month of the year. */
export const month = defineRows({
  name: 'month',
  version: 2,
  doc: 'Month of the year',
  source,
  units: '1..12',
  inputs: ['time'],
  outputs: ['month'],
  options: none,
  args: [],
  warmup: () => 0,
  rows: () => (_k, time) => monthOf(Math.floor(time / DAY_MS)),
});

/** 1 on Saturday and Sunday (UTC), else 0. */
export const weekend = defineRows({
  name: 'weekend',
  doc: 'Flag of Saturday and Sunday',
  source,
  units: '0 or 1',
  inputs: ['time'],
  outputs: ['weekend'],
  options: none,
  args: [],
  warmup: () => 0,
  rows: () => (_k, time) => (weekdayOf(Math.floor(time / DAY_MS)) >= 5 ? 1 : 0),
});

const hour = (fallback: number) => z.number().min(0).max(24).default(fallback);

/** Which trading sessions are open at a row's opening, by UTC hours from (inclusive) and to (exclusive); a session may pass midnight. */
export const sessionFlags = defineRows({
  name: 'session-flags',
  doc: 'Flags of the Asian, European and American sessions',
  source: 'fixed UTC hours; defaults 0-9, 7-16, 13-22',
  units: '0 or 1',
  inputs: ['time'],
  outputs: ['asia', 'europe', 'us'],
  options: z.object({
    asiaFrom: hour(0),
    asiaTo: hour(9),
    europeFrom: hour(7),
    europeTo: hour(16),
    usFrom: hour(13),
    usTo: hour(22),
  }),
  args: [],
  warmup: () => 0,
  rows(o, _memory, out) {
    const isOpen = (at: number, from: number, to: number) =>
      from <= to ? at >= from && at < to : at >= from || at < to;
    return (_k, time) => {
      const at = (time - Math.floor(time / DAY_MS) * DAY_MS) / HOUR_MS;
      out[0] = isOpen(at, o.asiaFrom, o.asiaTo) ? 1 : 0;
      out[1] = isOpen(at, o.europeFrom, o.europeTo) ? 1 : 0;
      out[2] = isOpen(at, o.usFrom, o.usTo) ? 1 : 0;
    };
  },
});

/** Share of the funding interval that has passed: 0 at a settlement. */
export const fundingClock = defineRows({
  name: 'funding-clock',
  doc: 'Share of the funding interval that has passed',
  source: 'intervals of hours from 00:00 UTC',
  units: '0..1',
  inputs: ['time'],
  outputs: ['share'],
  options: z.object({ hours: z.number().positive().default(8) }),
  args: ['hours'],
  warmup: () => 0,
  rows({ hours }) {
    const interval = hours * HOUR_MS;
    return (_k, time) => time / interval - Math.floor(time / interval);
  },
});
