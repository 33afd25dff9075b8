import { drawAt } from '../foundation/rng.ts';
import type { MarketData } from '../ports/market-data.ts';
import type { AnyPlugin } from '../registry/define-plugin.ts';
import type { PairlistContext, PairlistModule } from '../registry/kinds.ts';
import { testMarketData } from './market-fake.ts';
import { closedTradesOf } from './trading-fakes.ts';
import { type ContractViolation, checkDeclaration, Findings, type ModuleContract, make } from './violation.ts';

const DAY_MS = 86_400_000;
const FROM = Date.UTC(2024, 0, 1);
const DAYS = 60;

/**
 * Runs a pair list against its contract: pairs are strings without repeats; the same question gets the same answer, also from a module made anew; the
 * list that comes in stays untouched; an empty market or list is no failure; and nothing of what the data holds after the moment changes the answer.
 * An empty list is a pass.
 */
export async function checkPairlist(plugin: AnyPlugin, contract: ModuleContract = {}): Promise<ContractViolation[]> {
  const found = new Findings();
  const options = checkDeclaration(plugin, contract, found);
  if (options === undefined) return found.list;
  const seed = contract.seed ?? 1;
  const module = make<PairlistModule>(plugin, options);
  if (module.name !== plugin.name) found.add('name', `the module calls itself "${module.name}"`);
  const trades = closedTradesOf([
    { pair: 'P3/USDT', profitRatio: 0.1, profitAbs: 1, exitReason: 'roi', closeTime: FROM + 20 * DAY_MS },
    { pair: 'P5/USDT', profitRatio: -0.1, profitAbs: -1, exitReason: 'stop_loss', closeTime: FROM + 21 * DAY_MS },
  ]);
  for (const onDay of [0, 1, 22, 40, DAYS]) {
    const time = FROM + onDay * DAY_MS + 3_600_000;
    const ask = (m: PairlistModule, data: MarketData, given = PAIRS): Promise<readonly string[]> =>
      m.pairs(given, { data, exchange: 'test', time, trades } satisfies PairlistContext);
    const before = [...PAIRS];
    const said = await ask(module, market(seed, DAYS + 30));
    if (!said.every((pair) => typeof pair === 'string') || new Set(said).size !== said.length)
      found.add('pairs without repeats', JSON.stringify(said));
    if (PAIRS.join() !== before.join()) found.add('inputs untouched', 'the list that came in was changed');
    if ((await ask(module, market(seed, DAYS + 30))).join() !== said.join()) found.add('determinism', said.join());
    const past = await ask(make<PairlistModule>(plugin, options), market(seed, onDay));
    if (past.join() !== said.join())
      found.add(
        'knows nothing of what comes later',
        `day ${onDay}: ${said.join()} with later data, ${past.join()} without`,
      );
    await ask(module, testMarketData({}), []);
  }
  return found.list;
}

const PAIRS: readonly string[] = Object.freeze(Array.from({ length: 9 }, (_, k) => `P${k}/USDT`));

/** Walks of nine pairs, of which the first `days` days are stored; some begin later. */
function market(seed: number, days: number): MarketData {
  const pairs = PAIRS.map((pair, k) => {
    const late = k % 3 === 2 ? 10 * k : 0;
    let price = 10 ** (k - 3);
    const candles = Array.from({ length: Math.max(0, days - late) }, (_, i) => {
      const open = price;
      price *= Math.exp(0.02 * (k + 1) * (drawAt(seed, k, i) - 0.5));
      const reach = 1 + 0.01 * drawAt(seed, 'reach', k, i);
      return {
        open,
        high: Math.max(open, price) * reach,
        low: Math.min(open, price) / reach,
        close: price,
        volume: 1e6 * drawAt(seed, 'v', k, i),
      };
    });
    return [pair, { candles, late }] as const;
  });
  return testMarketData(Object.fromEntries(pairs));
}
