import { seeded } from '../foundation/rng.ts';
import type { SizingModule } from '../ports/trading-modules.ts';
import type { AnyPlugin } from '../registry/define-plugin.ts';
import { type PastTrade, randomContext, randomIntent, randomTrade } from './trading-fakes.ts';
import { type ContractViolation, checkDeclaration, Findings, type ModuleContract, make } from './violation.ts';

/**
 * Runs a sizing module against its contract: stakes are finite, not negative and within free cash; the same intent and context give the same
 * stake, also from a fresh module (nothing is remembered between calls); inputs stay untouched. An empty list is a pass.
 */
export function checkSizing(plugin: AnyPlugin, contract: ModuleContract = {}): ContractViolation[] {
  const found = new Findings();
  const options = checkDeclaration(plugin, contract, found);
  if (options === undefined) return found.list;
  const module = make<SizingModule>(plugin, options);
  if (module.name !== plugin.name) found.add('name', `the module calls itself "${module.name}"`);
  const rng = seeded(`sizing-${contract.seed ?? 1}`);
  const trades: PastTrade[] = [];
  let time = Date.UTC(2024, 0, 1);
  for (let round = 0; round < 400; round++) {
    if (rng.next() < 0.4) {
      trades.push(randomTrade(rng, time));
      time = trades.at(-1)!.closeTime;
    }
    const intent = Object.freeze(randomIntent(rng, time));
    const context = Object.freeze(randomContext(rng, trades));
    const before = JSON.stringify([intent, context]);
    const stake = module.stake(intent, context);
    const where = `stake ${stake} with ${context.account.free} free of ${context.account.equity}, leverage ${intent.leverage}`;
    if (!Number.isFinite(stake) || stake < 0) found.add('stake is a number, 0 or more', where);
    if (stake > context.account.free * (1 + 1e-12)) found.add('stake within free cash', where);
    if (module.stake(intent, context) !== stake) found.add('determinism', `asked twice: ${where}, then another`);
    if (make<SizingModule>(plugin, options).stake(intent, context) !== stake)
      found.add('nothing is remembered', `a fresh module says otherwise: ${where}`);
    if (JSON.stringify([intent, context]) !== before)
      found.add('inputs untouched', 'the intent or context was changed');
  }
  return found.list;
}
