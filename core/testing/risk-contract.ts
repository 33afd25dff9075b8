import { seeded } from '../foundation/rng.ts';
import type { RiskModule, RiskVerdict } from '../ports/trading-modules.ts';
import type { AnyPlugin } from '../registry/define-plugin.ts';
import { closedTradesOf, type PastTrade, randomContext, randomIntent, randomTrade } from './trading-fakes.ts';
import { type ContractViolation, checkDeclaration, Findings, type ModuleContract, make } from './violation.ts';

/**
 * Runs a risk module against its contract: verdicts are well formed (a reason with every refusal, a shrunk stake that is positive and smaller),
 * the same question gets the same answer, a module made after a restart with the same trades answers as one that saw them close, inputs stay
 * untouched. An empty list is a pass.
 */
export function checkRisk(plugin: AnyPlugin, contract: ModuleContract = {}): ContractViolation[] {
  const found = new Findings();
  const options = checkDeclaration(plugin, contract, found);
  if (options === undefined) return found.list;
  const module = make<RiskModule>(plugin, options);
  if (module.name !== plugin.name) found.add('name', `the module calls itself "${module.name}"`);
  const rng = seeded(`risk-${contract.seed ?? 1}`);
  const trades: PastTrade[] = [];
  const closed = closedTradesOf(trades);
  let time = Date.UTC(2024, 0, 1);
  for (let round = 0; round < 400; round++) {
    if (rng.next() < 0.4) {
      trades.push(randomTrade(rng, time));
      time = trades.at(-1)!.closeTime;
      module.onTradeClosed?.({ ...randomContext(rng, trades), closed }, time);
    }
    const intent = Object.freeze(randomIntent(rng, time + 60_000 * rng.int(30)));
    const context = Object.freeze({ ...randomContext(rng, trades), closed });
    const stake = context.account.free;
    const before = JSON.stringify([intent, context]);
    const verdict = module.review(intent, stake, context);
    checkVerdict(verdict, stake, found);
    const { pair, time: asked } = intent;
    const isLocked = module
      .locks?.(context, asked)
      .some((lock) => ['*', pair].includes(lock.pair) && asked < lock.until);
    if (isLocked && intent.kind === 'entry' && verdict.verdict !== 'deny')
      found.add('heeds its locks', `${pair} is locked, the verdict is ${verdict.verdict}`);
    const said = JSON.stringify(verdict);
    if (JSON.stringify(module.review(intent, stake, context)) !== said) found.add('determinism', `first ${said}`);
    const restarted = make<RiskModule>(plugin, options);
    if (JSON.stringify(restarted.review(intent, stake, { ...context, closed: closedTradesOf([...trades]) })) !== said)
      found.add('survives a restart', `${said} before it, another verdict after`);
    if (JSON.stringify([intent, context]) !== before)
      found.add('inputs untouched', 'the intent or context was changed');
  }
  return found.list;
}

function checkVerdict(verdict: RiskVerdict, stake: number, found: Findings): void {
  const said = JSON.stringify(verdict);
  if (verdict.verdict === 'allow') return;
  if (verdict.verdict !== 'deny' && verdict.verdict !== 'shrink') {
    found.add('verdict', `${said} is neither allow, shrink nor deny`);
    return;
  }
  if (!verdict.reason) found.add('a reason with every refusal', said);
  if (verdict.verdict === 'shrink' && !(verdict.stake > 0 && verdict.stake < stake))
    found.add('shrinks to a smaller positive stake', `${said} for a stake of ${stake}`);
}
