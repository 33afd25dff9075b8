import { definePlugin, orderSchedule, z } from 'tidegate';

/**
 * The optimal schedule of Almgren and Chriss (Journal of Risk 3, 2000): what is left after a share s of the time is
 * sinh(u (1 - s)) / sinh(u), with u = κT, the urgency: sqrt(risk aversion × variance / temporary impact) × time. At 0 it is even.
 */
export default definePlugin({
  kind: 'execution',
  name: 'almgren-chriss',
  version: '1.0.0',
  doc: 'the schedule of Almgren and Chriss: the more urgent, the more is sent early',
  options: z.object({
    minutes: z.number().positive().default(60).describe('time over which the order is worked'),
    urgency: z.number().min(0).max(50).default(2).describe('κT: 0 is even, 2 sends two thirds in the first half'),
  }),
  create({ minutes, urgency }) {
    const share = (elapsed: number) =>
      urgency < 1e-6 ? elapsed : 1 - Math.sinh(urgency * (1 - elapsed)) / Math.sinh(urgency);
    return orderSchedule('almgren-chriss', minutes * 60_000, share);
  },
});
