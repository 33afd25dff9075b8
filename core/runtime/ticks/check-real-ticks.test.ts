import { expect, it } from 'vitest';
import type { ExchangePort } from '../../ports/exchange.ts';
import { Strategy } from '../../strategy/strategy.ts';
import { TestExchange } from '../trade/exchange-fixture.ts';
import { testVenue } from '../trade/session-fixture.ts';
import { checkRealTicks } from './check-real-ticks.ts';

const source = (stoploss: number) => ({
  name: 'Maker',
  codeHash: '',
  create: () => Object.assign(new (class extends Strategy {})(), { stoploss }),
});

function exchange(book = true): ExchangePort {
  const { capabilities } = new TestExchange(testVenue());
  const streams = { ...capabilities.streams, book };
  return { name: 'test', kind: 'perpetual', capabilities: { ...capabilities, streams } } as ExchangePort;
}

it('takes perpetuals at an exchange that streams its books, with a stop or a most that may be lost', () => {
  expect(() => checkRealTicks(exchange(), [source(-0.2)], {})).not.toThrow();
  expect(() => checkRealTicks(exchange(), [source(-1)], { maxLossRatio: 0.05 })).not.toThrow();
});

it('refuses what nothing would end, and an exchange that lacks what a maker needs, by name', () => {
  expect(() => checkRealTicks(exchange(), [source(-0.2), source(-1)], {})).toThrow(
    'TRADE_NO_STOP: Maker has a stop at -100 %',
  );
  expect(() => checkRealTicks(exchange(false), [source(-0.2)], {})).toThrow(
    'test does not offer what a market maker needs: book',
  );
});
