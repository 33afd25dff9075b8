import { expect, it } from 'vitest';
import { decision, intent, START, trade } from '../../persistence/trade-store/sample-rows-fixture.ts';
import type { RecoveredState, StoreBatch, TradeReader, TradeStore } from '../../ports/trade-store.ts';
import { AlertDesk } from './alert-desk.ts';
import { withAlerts } from './alerting-store.ts';

function alerting(over: Partial<RecoveredState> = {}, fails = false) {
  const told: string[] = [];
  const notifier = {
    name: 'test',
    notify: async ({ kind, title, text }: { kind?: string; title: string; text: string }) =>
      void told.push(`${kind} | ${title} | ${text}`),
  };
  const desk = new AlertDesk([{ module: notifier }]);
  const recovered = {
    positions: [],
    locks: [],
    isRestored: false,
    session: START,
    ...over,
  } as unknown as RecoveredState;
  const inner: TradeStore = {
    path: 'x.sqlite',
    recovered,
    reader: {} as TradeReader,
    commit: () =>
      fails ? Promise.reject(new Error('disk full')) : Promise.resolve({ journal: 0, commitMs: 0, groupSize: 1 }),
    backup: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const store = withAlerts(inner, desk, () => 7);
  const commit = async (batch: StoreBatch) => {
    await store.commit(batch);
    await desk.drain(new Promise(() => {}));
  };
  return { store, desk, told, commit };
}

it('tells of entries once, exits, locks, refusals, alerts and commands, after they are stored', async () => {
  const { told, commit } = alerting();
  await commit({ trades: [trade(1)] });
  await commit({ trades: [trade(1, { stop: 99 })], decisions: [decision('just a signal')] });
  await commit({
    trades: [trade(1, { closedAt: 9, closeRate: 110, profitAbs: 2.9, profitRatio: 0.0966, exitReason: 'roi' })],
  });
  const lock = { pair: '*', side: '*' as const, source: 'max-drawdown', at: 1, until: 99, reason: 'lost 20 %' };
  await commit({ locks: [lock] });
  await commit({
    locks: [
      { ...lock, at: 2 },
      { ...lock, at: 100 },
    ],
  });
  await commit({ intents: [intent(1), intent(2, { outcome: 'refused', detail: 'balance' })] });
  await commit({
    decisions: [decision('stop lost', { kind: 'alert' }), decision('pause', { kind: 'command', pair: null })],
  });
  expect(told).toEqual([
    'entry | Entered long BTC/USDT | EmaCross, trade 1: 0.3 at 100.1, cross',
    'exit | Left long BTC/USDT | EmaCross, trade 1: roi at 110, profit 2.90 (9.66 %)',
    'lock | max-drawdown locks all pairs | lost 20 %',
    'refused | The exchange refused an order | place tg2: balance',
    'alert | Alert on BTC/USDT | stop lost',
    'command | Command | pause',
  ]);
});

it('knows what was open before, and says that a database was restored', async () => {
  const { told, commit } = alerting({ positions: [trade(1)], isRestored: true });
  await commit({ trades: [trade(1)] });
  expect(told).toEqual([expect.stringMatching(/^restored \| The trade database was restored \| x.sqlite/)]);
});

it('tells of a failed write, and fails', async () => {
  const { store, desk, told } = alerting({}, true);
  await expect(store.commit({})).rejects.toThrow('disk full');
  await desk.drain(new Promise(() => {}));
  expect(told).toEqual(['failure | The trade database failed | disk full']);
});
