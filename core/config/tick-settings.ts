import { z } from 'zod';

const quantiles = z.array(z.number().min(0)).min(2).describe('delays at evenly spaced probabilities from 0 to 1, ns');
const times = z.array(z.number()).min(1);

const latency = z.discriminatedUnion('model', [
  z.strictObject({
    model: z.literal('constant'),
    entryMs: z.number().min(0).default(5).describe('from us to the matching engine'),
    responseMs: z.number().min(0).default(5).describe('from there back to us'),
  }),
  z.strictObject({
    model: z.literal('distribution'),
    entry: quantiles,
    response: quantiles,
    seed: z.int().default(1),
    rejectProbability: z.number().min(0).max(1).default(0).describe('chance that a request is refused for overload'),
  }),
  z
    .strictObject({ model: z.literal('recorded'), sent: times, taken: times, answered: times })
    .describe('orders recorded live, ns since the origin'),
]);

/** The `ticks` section of a configuration: the simulated exchange of backtests on trades and books. */
export const tickSettings = z.strictObject({
  latency: latency.prefault({ model: 'constant' }),
  queue: z
    .string()
    .default('powerProb3(3)')
    .describe('riskAverse, logProb, logProb2, powerProb(n), powerProb2(n) or powerProb3(n)'),
  feeTiers: z
    .array(
      z.strictObject({
        fromValue: z.number().min(0).describe('what the strategy has traded of the pair so far, in quote units'),
        maker: z.number().gt(-1).lt(1).describe('share of the value; below 0 a rebate'),
        taker: z.number().gt(-1).lt(1),
      }),
    )
    .min(1)
    .refine(
      (tiers) => tiers.every(({ fromValue }, k) => (k === 0 ? fromValue === 0 : fromValue > tiers[k - 1]!.fromValue)),
      {
        message: 'tiers begin at 0 and ascend by fromValue',
      },
    )
    .optional()
    .describe("fees by what was traded, in the place of the market's own"),
  fills: z.enum(['partial', 'whole']).default('partial').describe('bounded by volume and depth, or all at once'),
  limits: z
    .strictObject({
      messagesPerSecond: z.number().positive().default(50),
      orderToTradeRatio: z.number().positive().optional().describe('most requests per fill, after the first `grace`'),
      grace: z.number().positive().default(1000),
    })
    .prefault({}),
  quoteTolerance: z.int().min(0).default(0).describe('ticks within which a resting quote counts as the wanted one'),
  quoteLeverage: z.number().min(1).default(1).describe('leverage of positions that quotes open'),
  conflateMs: z.number().min(0).default(0).describe('accelerated: book changes within so many ms are seen as one'),
  recordMb: z
    .number()
    .min(0)
    .default(0)
    .describe(
      '"tidegate trade" records all that comes to a session, up to so many MB, for "tidegate ticks replay"; 0: it does not',
    ),
  sampleMs: z.number().positive().default(1000).describe('distance of samples for equity curve and page'),
});
