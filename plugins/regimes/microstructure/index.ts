import { definePlugin, MicroRegime, needsTicks, z } from 'tidegate';

const SPREADS = ['Tight', 'Normal', 'Wide'] as const;
const DEPTHS = ['Thick', 'Normal', 'Thin'] as const;
const ACTIVITIES = ['Active', 'Normal', 'Quiet'] as const;
/** `tight-thick-active` and 26 others: the state is 9 × spread + 3 × depth + activity. */
const STATES = SPREADS.flatMap((s) => DEPTHS.flatMap((d) => ACTIVITIES.map((a) => `${s}-${d}-${a}`.toLowerCase())));

/** Three axes of the book: spread, depth near mid, update rate, and the multiplier that they scale signals by. */
export default definePlugin({
  kind: 'regime',
  name: 'microstructure',
  version: '1.0.0',
  doc: 'spread, depth and activity of the book on three axes, and the confidence that they leave (ticks)',
  options: z.object({
    tightBps: z.number().positive().default(5).describe('spread below which it is tight, basis points'),
    wideBps: z.number().positive().default(20).describe('spread above which it is wide, basis points'),
    nearBps: z.number().positive().default(10).describe('band around mid in which depth is counted, basis points'),
    thickNotional: z.number().positive().default(100_000).describe('depth above which it is thick, quote units'),
    thinNotional: z.number().positive().default(10_000).describe('depth below which it is thin, quote units'),
    activityWindowMs: z.number().positive().default(5000).describe('window of the update rate, ms'),
    activePerSecond: z.number().positive().default(10).describe('updates a second above which it is active'),
    quietPerSecond: z.number().positive().default(1).describe('updates a second below which it is quiet'),
  }),
  create: (options) => ({
    name: 'microstructure',
    states: STATES,
    advance: () => {
      throw needsTicks('microstructure');
    },
    stream() {
      const regime = new MicroRegime(options);
      return {
        values: {
          get state() {
            if (Number.isNaN(regime.spreadBps)) return Number.NaN;
            return (
              9 * SPREADS.indexOf(regime.spread) +
              3 * DEPTHS.indexOf(regime.depth) +
              ACTIVITIES.indexOf(regime.activity)
            );
          },
          get multiplier() {
            return regime.multiplier;
          },
          get spreadBps() {
            return regime.spreadBps;
          },
          get depthNotional() {
            return regime.depthNotional;
          },
          get updatesPerSecond() {
            return regime.updatesPerSecond;
          },
        },
        onTime: (time) => regime.advanceTo(time),
        onBook: (book) => regime.update(book),
      };
    },
  }),
});
