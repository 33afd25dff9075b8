import { expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import type { ExchangeOrder } from '../../ports/exchange.ts';
import { manualClock } from '../manual-clock-fixture.ts';
import { AccountStream, type AccountStreamParts } from './account-stream.ts';

it('what a deaf stream did not tell is missed once: the one that is opened after it need not tell it', () => {
  const clock = manualClock();
  const deaf: string[] = [];
  const stream: AccountStream = new AccountStream({
    client: { has: {}, watchOrders: () => new Promise(() => {}) },
    profile: {},
    capabilities: { streams: { account: true } },
    kind: 'perpetual',
    clock,
    rng: seeded(1),
    onDeaf: (reason: string) => {
      deaf.push(reason);
      stream.forgetAwaited();
    },
    onTrouble: () => {},
    urgently: (watch: () => Promise<unknown>) => watch(),
  } as unknown as AccountStreamParts);
  stream.watch(() => {});
  const confirmed = (clientOrderId: string) => stream.expect({ clientOrderId, exchangeId: '1' } as ExchangeOrder);
  confirmed('first');
  clock.advance(3_000);
  confirmed('second');
  clock.advance(10_000);
  expect(deaf).toEqual([expect.stringContaining('order first was confirmed 5000 ms ago')]);
  confirmed('third');
  clock.advance(5_000);
  expect(deaf).toHaveLength(2);
  stream.close();
});
