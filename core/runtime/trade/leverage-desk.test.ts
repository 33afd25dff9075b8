import { expect, it } from 'vitest';
import type { Order } from '../../engine/order.ts';
import type { ExchangePort, SettingOutcome } from '../../ports/exchange.ts';
import { LeverageDesk } from './leverage-desk.ts';

it('sets leverage and margin mode before an entry, again for another leverage, and after a minute, since the owner may have changed them', async () => {
  const calls: string[] = [];
  const clock = { ms: 1e12, now: () => clock.ms };
  let answer: SettingOutcome = { outcome: 'changed' };
  const set = (call: string) => async (pair: string, to: unknown) => {
    calls.push(`${call} ${pair} ${to}`);
    return call === 'leverage' ? answer : ({ outcome: 'changed' } as const);
  };
  const exchange = {
    kind: 'perpetual',
    capabilities: { leverage: true },
    setMarginMode: set('mode'),
    setLeverage: set('leverage'),
  };
  const desk = new LeverageDesk(exchange as unknown as ExchangePort, 'isolated', clock);
  const entry = (leverage: number) => desk.prepare({ slot: { pair: { pair: 'A' } }, leverage } as unknown as Order);
  expect(await entry(3)).toBeNull();
  clock.ms += 59_999;
  await entry(3);
  expect(calls.splice(0)).toEqual(['mode A isolated', 'leverage A 3']);
  await entry(5);
  expect(calls.splice(0)).toEqual(['mode A isolated', 'leverage A 5']);
  clock.ms += 60_000;
  answer = { outcome: 'refused', code: 'leverage', reason: 'too high' };
  expect(await entry(5)).toMatchObject({ outcome: 'denied', reason: 'too high' });
  expect(calls).toEqual(['mode A isolated', 'leverage A 5']);
});
