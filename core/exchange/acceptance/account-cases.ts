import { type AcceptanceCase, must } from './acceptance-case.ts';

/** What can be read of an account, and its settings. */
export const ACCOUNT_CASES: readonly AcceptanceCase[] = [
  {
    id: 'A01',
    title: 'the key says what it may do',
    needs: 'account',
    skip: (exchange) => (exchange.capabilities.keyPermissions ? null : 'the exchange does not say'),
    async run({ exchange }) {
      const { read, trade, withdraw } = await exchange.keyPermissions();
      must(read !== false, 'it may not read');
      return `read ${read ?? 'unknown'}, trade ${trade ?? 'unknown'}, withdraw ${withdraw ?? 'unknown'}`;
    },
  },
  {
    id: 'A02',
    title: 'balances add up',
    needs: 'account',
    async run({ exchange }) {
      const balances = await exchange.balances();
      must(balances.length > 0, 'the account is empty');
      must(
        balances.every(({ free, locked }) => free >= 0 && locked >= 0),
        'a negative balance',
      );
      if (exchange.kind === 'spot')
        for (const { asset, free, locked, total } of balances)
          must(
            Math.abs(free + locked - total) <= 1e-8 * Math.max(1, total),
            `${asset}: free and locked are not the total`,
          );
      return balances.map(({ asset, total }) => `${asset} ${total}`).join(', ');
    },
  },
  {
    id: 'A03',
    title: 'positions and open orders are readable',
    needs: 'account',
    async run({ exchange, pair }) {
      const [positions, orders] = [await exchange.positions(), await exchange.openOrders([pair])];
      return `${positions.length} positions, ${orders.length} open orders`;
    },
  },
  {
    id: 'A04',
    title: 'leverage and margin mode can be set and are told',
    needs: 'orders',
    skip: ({ capabilities }) => (capabilities.leverage ? null : 'no leverage'),
    async run({ exchange, pair }) {
      const mode = await exchange.setMarginMode(pair, 'isolated');
      must(mode.outcome === 'changed', mode.outcome === 'refused' ? mode.reason : '');
      for (const leverage of [2, 3]) {
        const set = await exchange.setLeverage(pair, leverage);
        must(set.outcome === 'changed', set.outcome === 'refused' ? set.reason : '');
      }
      const now = await exchange.settings(pair);
      must(now.leverage === null || now.leverage === 3, `leverage is ${now.leverage}, not 3`);
      return `leverage ${now.leverage ?? 'unknown'}, ${now.marginMode ?? 'unknown'} margin, ${now.positionMode ?? 'unknown'} mode`;
    },
  },
  {
    id: 'A05',
    title: 'funding payments are readable',
    needs: 'account',
    skip: ({ capabilities }) => (capabilities.fundingPayments ? null : 'not offered'),
    async run({ exchange }) {
      const payments = await exchange.fundingPayments(exchange.now() - 7 * 86_400_000);
      must(
        payments.every(({ at, amount }) => at > 0 && Number.isFinite(amount)),
        'a payment without time or amount',
      );
      return `${payments.length} in a week`;
    },
  },
  {
    id: 'A06',
    title: "the dead-man's switch arms and disarms",
    needs: 'orders',
    skip: ({ capabilities }) => (capabilities.deadMansSwitch ? null : 'there is none'),
    async run({ exchange, pair }) {
      must(await exchange.deadMansSwitch(120_000, [pair]), 'it was not armed');
      must(await exchange.deadMansSwitch(0, [pair]), 'it was not disarmed');
      return 'armed for 120 s, disarmed';
    },
  },
];
