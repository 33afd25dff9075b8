import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { definePlugin, type RiskVerdict, TidegateError, z } from 'tidegate';
import { parseCalendar, type Release } from './calendar.ts';

const DENY: RiskVerdict = { verdict: 'deny', reason: 'news_blackout' };

/** No entries around scheduled news: a calendar from a file, from the options, or both. */
export default definePlugin({
  kind: 'risk',
  name: 'news-blackout',
  version: '1.0.0',
  doc: 'no new entries around scheduled news, from a calendar file',
  options: z.object({
    file: z
      .string()
      .min(1)
      .optional()
      .describe('calendar: JSON list or CSV with time, title, impact, currency; times in ISO 8601 with a zone, or ms'),
    events: z
      .array(
        z.object({
          time: z.union([z.number(), z.string()]),
          title: z.string().optional(),
          impact: z.string().optional(),
          currency: z.string().optional(),
        }),
      )
      .default([])
      .describe('further events, written here'),
    minutesBefore: z.number().min(0).default(30).describe('the blackout begins so long before an event'),
    minutesAfter: z.number().min(0).default(30).describe('and ends so long after it'),
    impacts: z.array(z.string()).default([]).describe('only events of these impacts, such as high; empty: all'),
    currencies: z.array(z.string()).default([]).describe('only events of these currencies, such as USD; empty: all'),
  }),
  create({ file, events, minutesBefore, minutesAfter, impacts, currencies }) {
    const passes = (list: readonly string[], value: string) =>
      list.length === 0 || list.some((wanted) => wanted.toLowerCase() === value.toLowerCase());
    const text = file === undefined ? null : read(file);
    const all = [
      ...(text === null ? [] : parseCalendar(text, file!)),
      ...parseCalendar(JSON.stringify(events), 'events'),
    ];
    const times = all
      .filter(({ impact, currency }: Release) => passes(impacts, impact) && passes(currencies, currency))
      .map((release) => release.time)
      .sort((a, b) => a - b);
    const before = minutesBefore * 60_000;
    const after = minutesAfter * 60_000;
    /** End of the blackout that holds at a time; -Infinity when none does. */
    const until = (time: number): number => {
      let end = Number.NEGATIVE_INFINITY;
      for (let k = firstAfter(times, time - after); k < times.length && times[k]! - before <= Math.max(time, end); k++)
        end = times[k]! + after;
      return end;
    };
    return {
      name: 'news-blackout',
      ...(text !== null && { contentHash: createHash('sha256').update(text).digest('hex') }),
      review: ({ kind, time }) => (kind === 'entry' && time < until(time) ? DENY : { verdict: 'allow' }),
      locks: (_context, time) => (time < until(time) ? [{ pair: '*', until: until(time) }] : []),
    };
  },
});

/** Index of the first time above `time`. */
function firstAfter(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new TidegateError('NEWS_CALENDAR', 'the calendar of news cannot be read', {
      where: file,
      remedy: 'Check the path; it is taken from the folder that the command runs in.',
      cause,
    });
  }
}
