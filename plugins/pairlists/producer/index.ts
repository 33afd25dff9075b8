import { definePlugin, RememberedDocument, TidegateError, z } from 'tidegate';

/**
 * The pairs that another bot trades, as it last said: it writes `{ "time": ms, "pairs": […] }` to a file, or serves it at an address. What it said too
 * long ago is not followed.
 */
export default definePlugin({
  kind: 'pairlist',
  name: 'producer',
  version: '1.0.0',
  doc: 'the pairs that another bot trades',
  options: z.object({
    file: z.string().min(1).optional().describe('file that the other bot writes'),
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('address where the other bot says it'),
    token: z
      .string()
      .min(1)
      .optional()
      .describe('sent as Authorization: Bearer; a secret: set it from the environment'),
    count: z.int().min(1).optional().describe('most pairs to take'),
    maxAgeMinutes: z.number().positive().default(60).describe('a list older than this is taken as empty'),
    refreshMinutes: z.number().positive().default(1).describe('how often it is asked'),
    timeoutMs: z.int().min(10).max(120_000).default(5_000).describe('how long an answer may take'),
  }),
  create({ file, url, token, count = Number.POSITIVE_INFINITY, maxAgeMinutes, refreshMinutes, timeoutMs }) {
    const headers: Readonly<Record<string, string>> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const document = new RememberedDocument({ file, url, timeoutMs, headers }, 'pairlist "producer"');
    return {
      name: 'producer',
      isNowOnly: true,
      async pairs(_given, { time }) {
        const said = (await document.get(time, refreshMinutes * 60_000)) as { time?: unknown; pairs?: unknown } | null;
        if (typeof said?.time !== 'number' || !Array.isArray(said.pairs))
          throw new TidegateError('PAIRLIST_DOCUMENT', 'the other bot did not say { "time": ms, "pairs": […] }', {
            remedy: 'Check that the file or address is the one that it writes.',
          });
        if (time - said.time > maxAgeMinutes * 60_000) return [];
        return [...new Set(said.pairs.map(String))].slice(0, count);
      },
    };
  },
});
