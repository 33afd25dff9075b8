import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { capabilityTable, PROVEN, RECORDED_CASES } from '../../core/exchange/acceptance/evidence.ts';
import { ACCEPTANCE_CASES, runAcceptance } from '../../core/exchange/acceptance/run-acceptance.ts';
import { openExchange } from '../../core/exchange/ccxt/open-exchange.ts';
import { KEY, testServer } from './replay-fixture.ts';

/** Market time per wall time: a candle of a minute closes in a second. */
const SPEED = 60;

it.each(['spot', 'perpetual'] as const)(
  'every acceptance case that applies holds on the replay exchange: %s',
  async (kind) => {
    const server = await testServer({}, { speed: SPEED });
    const exchange = await openExchange({ name: 'binance', kind, keys: KEY, url: server.url });
    try {
      await exchange.open();
      const pair = kind === 'spot' ? 'BTC/USDT' : 'BTC/USDT:USDT';
      const results = await runAcceptance({ exchange, pair, needs: 'orders', run: 'test' });
      expect(results.filter(({ result }) => result === 'failed')).toEqual([]);
      expect(results.filter(({ result }) => result === 'passed').map(({ id }) => id)).toEqual(
        PROVEN[exchange.account]!.cases,
      );
      expect(
        capabilityTable(exchange).filter(({ offers, proven }) => offers !== 'no' && proven.length === 0),
      ).toMatchObject(kind === 'spot' ? [] : [{ what: 'liquidations' }]);
    } finally {
      await exchange.close();
      await server.close();
    }
  },
);

it('the reference page lists every case by its number and title', () => {
  const page = readFileSync(new URL('../../docs/reference/exchange-acceptance.md', import.meta.url), 'utf8');
  for (const { id, title } of ACCEPTANCE_CASES) expect(page).toContain(`| ${id} | ${title} |`);
  for (const [id, title] of Object.entries(RECORDED_CASES)) expect(page).toContain(`| ${id} | ${title} |`);
});

it('cases have numbers of their own', () => {
  const ids = [...ACCEPTANCE_CASES.map(({ id }) => id), ...Object.keys(RECORDED_CASES)];
  expect(new Set(ids).size).toBe(ids.length);
});
