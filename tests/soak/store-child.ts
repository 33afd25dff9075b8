import { writeSync } from 'node:fs';
import { openTradeStore } from '../../core/persistence/trade-store/open-trade-store.ts';
import { decision, order, START } from '../../core/persistence/trade-store/sample-rows-fixture.ts';
import { TradeWriter } from '../../core/persistence/trade-store/writer.ts';

// A process that writes to a trade store until it is killed, and says on standard output what it sent (s) and what was acknowledged (a).
const [path, how, limit] = process.argv.slice(2) as [string, 'thread' | 'inline', string];
const say = (word: string, k: number) => writeSync(1, `${word} ${k}\n`);
const batch = (k: number) => ({ orders: [order(k)], decisions: [decision(String(k), { data: 'x'.repeat(k % 5000) })] });

if (how === 'inline') {
  const writer = new TradeWriter(path, START);
  for (let k = 1; k <= Number(limit); k++) {
    writer.commit([batch(k)]);
    say('a', k);
    if (k % 10 === 0) writer.checkpoint();
  }
} else {
  const store = await openTradeStore(path, START);
  // Several at once, so that groups form.
  for (let k = store.recovered.next.order; ; k += 3) {
    await Promise.all(
      [k, k + 1, k + 2].map(async (id) => {
        say('s', id);
        await store.commit(batch(id));
        say('a', id);
      }),
    );
  }
}
