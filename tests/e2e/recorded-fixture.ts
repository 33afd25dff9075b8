import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CcxtClient } from '../../core/exchange/ccxt/ccxt-client.ts';
import { CcxtExchange } from '../../core/exchange/ccxt/ccxt-exchange.ts';
import { type ExchangeKeys, makeClient } from '../../core/exchange/ccxt/make-client.ts';
import { profileOf } from '../../core/exchange/ccxt/venues/profile-of.ts';
import { wallClock } from '../../core/exchange/exchange-clock.ts';
import { LimiterPool } from '../../core/exchange/limiter-pool.ts';
import { seeded } from '../../core/foundation/rng.ts';

const ROOT = join(process.env.TIDEGATE_DATA ?? join(import.meta.dirname, '../../../shared/data'), 'ccxt');

/** Whether recorded answers of exchanges are there. */
export const hasRecorded = existsSync(ROOT);

/** A recorded answer or message. */
export function recorded(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Record<string, unknown>;
}

/** Bodies that requests get: by words that their address or body contains. Functions are asked, with both. */
export type Answers = Readonly<Record<string, unknown>>;

/** The adapter with the real ccxt behind it, whose requests are answered from recordings and whose sockets speak when told to. */
export async function recordedExchange(
  id: string,
  kind: 'spot' | 'perpetual',
  answers: Answers,
  keys: ExchangeKeys = { apiKey: 'k', secret: 's', password: 'p' },
) {
  const profile = profileOf(id, kind);
  const client = (await makeClient({ id, profile, keys })) as CcxtClient & {
    fetch(url: string, method: string, headers: unknown, body?: string): Promise<unknown>;
    handleRestResponse(
      response: Response,
      url: string,
      method: string,
      headers: unknown,
      body?: string,
    ): Promise<unknown>;
  };
  const asked: { readonly url: string; readonly body: string }[] = [];
  client.fetch = async (url, method, headers, body) => {
    asked.push({ url, body: body ?? '' });
    const word = Object.keys(answers).find((key) => url.includes(key) || (body ?? '').includes(key));
    const found = word === undefined ? {} : answers[word];
    const answer = typeof found === 'function' ? found(url, body ?? '') : found;
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
    return client.handleRestResponse(new Response(text, { status: 200 }), url, method, headers, body);
  };
  const exchange = new CcxtExchange({
    name: id,
    kind,
    client,
    profile,
    clock: wallClock,
    rng: seeded(1),
    secrets: ['k'],
    limits: new LimiterPool(wallClock, 1, 1_000_000),
    ownsLimits: true,
  });
  return {
    exchange,
    client,
    asked,
    /** A socket tells something. */
    tell(url: string, message: unknown) {
      const socket = client.client(url);
      // As ccxt's own reader does it: long numbers are text.
      client.handleMessage(socket, JSON.parse(JSON.stringify(message).replace(/:(\d{15,}),/g, ':"$1",')));
    },
  };
}
