import { definePlugin, redacted, z } from 'tidegate';

const LEVELS = ['info', 'warning', 'critical'] as const;

/** Messages posted as JSON to an address. What fails is tried again a few times, then said on standard error, never thrown. */
export default definePlugin({
  kind: 'notifier',
  name: 'webhook',
  version: '1.0.0',
  doc: 'messages posted as JSON to an address',
  options: z.object({
    url: z
      .url({ protocol: /^https?$/ })
      .default('http://127.0.0.1:8080/')
      .describe('address that is posted to; it is a secret: set it from the environment'),
    timeoutMs: z.int().min(10).max(120_000).default(5000).describe('how long an attempt may take'),
    retries: z.int().min(0).max(10).default(2).describe('attempts after the first'),
    least: z.enum(LEVELS).default('info').describe('least level that is sent'),
    field: z
      .string()
      .min(1)
      .default('text')
      .describe('JSON field of the whole message, for services that want one: Discord takes content'),
  }),
  create: ({ url, timeoutMs, retries, least, field }) => ({
    name: 'webhook',
    async notify({ level, title, text, time }) {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
      const message = redacted(text);
      const body = JSON.stringify({ level, title, message, time, [field]: `${title}: ${message}` });
      let problem = '';
      for (let attempt = 0; attempt <= retries; attempt++) {
        problem = await post(url, body, timeoutMs);
        if (problem === '') return;
      }
      process.stderr.write(`webhook: "${title}" was not delivered: ${problem}\n`);
    },
  }),
});

/** What went wrong, without the address: it may hold a token. */
async function post(url: string, body: string, timeoutMs: number): Promise<string> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return response.ok ? '' : `the address answered ${response.status}`;
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
    return 'the address could not be reached';
  }
}
