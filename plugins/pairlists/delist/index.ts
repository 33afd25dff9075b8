import { definePlugin, TidegateError, z } from 'tidegate';

const DAY_MS = 86_400_000;

/**
 * Drops pairs that are not trading, by their stored specification, and those with an announced delisting. Announcements are dates that the user or a
 * file gives: a later specification is no announcement, so that a backtest does not know of delistings before the market did.
 */
export default definePlugin({
  kind: 'pairlist',
  name: 'delist',
  version: '1.0.0',
  doc: 'no pairs that are halted or delisted, or soon will be',
  options: z.object({
    announced: z
      .record(z.string(), z.object({ on: z.string(), at: z.string() }))
      .default({})
      .describe(
        'by pair: when a delisting was announced (`on`) and when it comes (`at`), ISO 8601 with a zone or a date',
      ),
    daysBefore: z.number().min(0).default(7).describe('drops a pair so many days before its announced delisting'),
  }),
  create({ announced, daysBefore }) {
    const dates = new Map(
      Object.entries(announced).map(([pair, { on, at }]) => [pair, { on: moment(on, pair), at: moment(at, pair) }]),
    );
    return {
      name: 'delist',
      async pairs(given, { data, exchange, time }) {
        const kept: string[] = [];
        for (const pair of given) {
          const date = dates.get(pair);
          const isLeaving = date !== undefined && time >= date.on && time >= date.at - daysBefore * DAY_MS;
          if (!isLeaving && (await data.specAt(exchange, pair, time)).spec.status === 'trading') kept.push(pair);
        }
        return kept;
      },
    };
  },
});

function moment(text: string, pair: string): number {
  const time = /^\d{4}-\d\d-\d\d(T.*(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(time)) return time;
  throw new TidegateError('PLUGIN_OPTION', `pairlist "delist" has no moment in ${JSON.stringify(text)}`, {
    where: pair,
    remedy: 'Write 2024-03-05, or 2024-03-05T08:00:00Z.',
  });
}
