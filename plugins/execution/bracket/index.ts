import { barrierExit, definePlugin, z } from 'tidegate';

/** One cancels the other: a limit order in favour, and a market order once the price has gone as far against. For exits. */
export default definePlugin({
  kind: 'execution',
  name: 'bracket',
  version: '1.0.0',
  doc: 'for exits: a limit order that takes profit and a stop, of which one cancels the other; both are set out from the price at the exit signal',
  options: z.object({
    takeBps: z
      .number()
      .positive()
      .max(9000)
      .default(100)
      .describe('where the limit order rests, basis points in favour of the decision price'),
    stopBps: z
      .number()
      .positive()
      .max(9000)
      .default(50)
      .describe('where it gives way to a market order, basis points against it'),
    timeoutDays: z.number().positive().max(10).default(7).describe('after so long it goes to market'),
  }),
  create: ({ takeBps, stopBps, timeoutDays }) => barrierExit('bracket', takeBps, stopBps, timeoutDays * 86_400_000),
});
