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
    backoffMs: z
      .int()
      .min(1)
      .max(60_000)
      .default(500)
      .describe('pause before the second attempt; doubled before each further one'),
    least: z.enum(LEVELS).default('info').describe('least level that is sent'),
    field: z
      .string()
      .min(1)
      .default('text')
      .describe('JSON field of the whole message, for services that want one: Discord takes content'),
  }),
  create: ({ url, timeoutMs, retries, backoffMs, least, field }) => ({
    name: 'webhook',
    async notify({ level, kind, title: given, text, time }) {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
      const [title, message] = [redacted(given), redacted(text)];
      const body = JSON.stringify({ level, kind, title, message, time, [field]: `${title}: ${message}` });
      let answer: Answer = { problem: '', isFinal: true, waitMs: 0 };
      for (let attempt = 0; attempt <= retries; attempt++) {
        answer = await post(url, body, timeoutMs);
        if (answer.problem === '') return;
        if (answer.isFinal || attempt === retries) break;
        await pause(Math.max(answer.waitMs, backoffMs * 2 ** attempt));
      }
      process.stderr.write(`webhook: "${title}" was not delivered: ${answer.problem}\n`);
    },
  }),
});

/** How an attempt went; `problem` is empty where it was taken. */
interface Answer {
  readonly problem: string;
  /** Another attempt would end alike. */
  readonly isFinal: boolean;
  /** The address asked for so long a pause. */
  readonly waitMs: number;
}

const MOST_WAIT_MS = 60_000;

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** What went wrong, without the address: it may hold a token. */
async function post(url: string, body: string, timeoutMs: number): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    const { status } = response;
    const seconds = Number(response.headers.get('retry-after') ?? 0);
    return {
      problem: response.ok ? '' : `the address answered ${status}`,
      isFinal: status >= 400 && status < 500 && ![408, 425, 429].includes(status),
      waitMs: Number.isFinite(seconds) ? Math.min(seconds * 1000, MOST_WAIT_MS) : 0,
    };
  } catch (cause) {
    const isLate = cause instanceof Error && cause.name === 'TimeoutError';
    const problem = isLate ? `no answer within ${timeoutMs} ms` : 'the address could not be reached';
    return { problem, isFinal: false, waitMs: 0 };
  }
}
