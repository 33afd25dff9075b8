import { describe, expect, it } from 'vitest';
import type { NotifierModule } from '../../registry/kinds.ts';
import { loadRegistry } from '../load-registry.ts';
import { type Alert, AlertDesk } from './alert-desk.ts';
import { makeAlertDesk } from './make-alert-desk.ts';

const alert = (text: string, over: Partial<Alert> = {}): Alert => ({
  kind: 'entry',
  title: 'T',
  text,
  time: 0,
  ...over,
});
const never = new Promise<never>(() => {});

/** A notifier that keeps what it is told, at once or when it is let. */
function listener(gate: Promise<void> = Promise.resolve()) {
  const told: string[] = [];
  const module: NotifierModule = {
    name: 'test',
    async notify({ level, kind, title, text }) {
      await gate;
      told.push(`${level} ${kind} ${title}: ${text}`);
    },
  };
  return { module, told };
}

describe('the alert desk', () => {
  it('tells each notifier what it wants, in order, secrets struck out', async () => {
    const all = listener();
    const some = listener();
    const desk = new AlertDesk([{ module: all.module }, { module: some.module, kinds: new Set(['failure']) }]);
    desk.raise(alert('first'));
    desk.raise(alert('token=abc123', { kind: 'failure', title: 'secret=xyz987' }));
    await desk.drain(never);
    expect(all.told).toEqual(['info entry T: first', 'critical failure secret=***: token=***']);
    expect(some.told).toEqual(['critical failure secret=***: token=***']);
  });

  it('gives up the oldest of the lowest level when a notifier does not keep up, and says so', async () => {
    let open = () => {};
    const slow = listener(
      new Promise((done) => {
        open = done;
      }),
    );
    const desk = new AlertDesk([{ module: slow.module }], { capacity: 2 });
    desk.raise(alert('sending'));
    await Promise.resolve();
    for (const text of ['a', 'b']) desk.raise(alert(text));
    desk.raise(alert('c', { kind: 'failure' }));
    desk.raise(alert('d', { kind: 'lock' }));
    open();
    await desk.drain(never);
    expect(slow.told).toEqual([
      'info entry T: sending',
      'critical failure T: c (2 alerts before it were lost)',
      'warning lock T: d',
    ]);
  });

  it('does not repeat itself within a minute', async () => {
    const { module, told } = listener();
    const desk = new AlertDesk([{ module }]);
    for (const time of [0, 1000, 59_999, 60_000]) desk.raise(alert('same', { time }));
    await desk.drain(never);
    expect(told).toHaveLength(2);
  });

  it('goes on when a notifier throws, and does not wait for one that hangs', async () => {
    const { module, told } = listener();
    const broken: NotifierModule = { name: 'broken', notify: () => Promise.reject(new Error('no')) };
    const desk = new AlertDesk([{ module: broken }, { module }, { module: listener(never).module }]);
    desk.raise(alert('a'));
    desk.raise(alert('b'));
    await desk.drain(new Promise((done) => setImmediate(done)));
    expect(told).toEqual(['info entry T: a', 'info entry T: b']);
  });

  it('is made from a configuration, whose kinds are checked', async () => {
    const registry = await loadRegistry();
    await expect(
      makeAlertDesk(registry, ['console', { name: 'webhook', url: 'http://127.0.0.1:1/', kinds: ['exit'] }]),
    ).resolves.toBeInstanceOf(AlertDesk);
    await expect(makeAlertDesk(registry, [{ name: 'console', kinds: ['exits'] }])).rejects.toThrow(
      /notifiers\[0\].kinds.*Did you mean "exit"/,
    );
    await expect(makeAlertDesk(registry, ['consol'])).rejects.toThrow(/Did you mean "console"/);
  });
});
