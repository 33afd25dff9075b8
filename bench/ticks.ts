import { randomMarket } from '../core/book/random-market.ts';
import { defaultSpec } from '../core/data/specs/default-spec.ts';
import { runTicks } from '../core/runtime/tick-run.ts';
import { type BookTop, Strategy } from '../core/strategy/strategy.ts';

/** A quoting strategy through engine and book broker, without and with all features: events per CPU second, best of five. */
const market = randomMarket({ seed: 1, length: 500_000 });
const pair = 'BTC/USDT:USDT';

class Quoter extends Strategy {
  override stoploss = -1;
  override canShort = true;
  override onBook({ bid, ask }: BookTop) {
    const amount = 0.01;
    this.quote({
      bids: this.inventory < 0.1 ? [{ price: bid, amount }] : [],
      asks: this.inventory > -0.1 ? [{ price: ask, amount }] : [],
    });
  }
}
class Idle extends Strategy {}
class Featured extends Quoter {
  override ticks() {
    return { micro: {} };
  }
}

async function once(Made: new () => Strategy): Promise<number> {
  const before = process.cpuUsage();
  await runTicks({
    source: { name: Made.name, create: () => new Made(), codeHash: '' },
    exchange: 'binance',
    pair,
    spec: defaultSpec('binance', pair),
    grid: { tickSize: 0.1, lotSize: 0.001 },
    originMs: market.originMs,
    parts: [market],
    venue: { limits: { messagesPerSecond: 1e9 } },
    stakeCurrency: 'USDT',
    startingBalance: 1e6,
    stakeAmount: 1000,
    sampleMs: 60_000,
  });
  const { user, system } = process.cpuUsage(before);
  return market.length / ((user + system) / 1e6);
}

for (const Made of [Idle, Quoter, Featured]) {
  let best = 0;
  for (let k = 0; k < 5; k++) best = Math.max(best, await once(Made));
  console.log(`${Made.name}: ${(best / 1e6).toFixed(2)} million events per CPU second`);
}
