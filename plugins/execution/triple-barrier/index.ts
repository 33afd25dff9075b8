import { barrierExit, definePlugin, z } from 'tidegate';

/** The triple barrier of López de Prado (Advances in Financial Machine Learning, 3.4) as an exit: profit, loss or time, whichever comes first. */
export default definePlugin({
  kind: 'execution',
  name: 'triple-barrier',
  version: '1.0.0',
  doc: 'for exits: takes profit by a limit order, stops, or leaves when time is up, whichever comes first; all set out from the exit signal',
  options: z.object({
    takeBps: z
      .number()
      .positive()
      .max(9000)
      .default(30)
      .describe('where the limit order rests, basis points in favour of the decision price'),
    stopBps: z
      .number()
      .positive()
      .max(9000)
      .default(30)
      .describe('where it gives way to a market order, basis points against it'),
    minutes: z.number().positive().max(14_400).default(15).describe('the time barrier'),
  }),
  create: ({ takeBps, stopBps, minutes }) => barrierExit('triple-barrier', takeBps, stopBps, minutes * 60_000),
});
