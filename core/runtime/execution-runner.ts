import type { ExecutionChoice } from '../engine/execution-desk.ts';
import type { Slot } from '../engine/slot.ts';
import type { ModuleChoice, Registry } from '../registry/registry.ts';
import type { Strategy } from '../strategy/strategy.ts';

/** Modules that work entries and exits, by name with options, as a configuration or a strategy's `execution` field gives them. */
export interface ExecutionSettings {
  readonly entry?: ModuleChoice | undefined;
  readonly exit?: ModuleChoice | undefined;
}

/**
 * Makes the execution modules of a run: what the engine asks for each slot. Null when nothing but plain market and limit orders is wanted, which
 * the engine sends by itself.
 * @throws TidegateError PLUGIN_UNKNOWN, PLUGIN_OPTION
 */
export async function executionModules(
  registry: Registry,
  configured: ExecutionSettings | undefined,
  strategies: readonly { readonly name: string; readonly strategy: Strategy }[],
): Promise<((slot: Slot) => ExecutionChoice | null) | null> {
  const choices = new Map<Strategy, ExecutionChoice>();
  for (const { name, strategy } of strategies) {
    const own = strategy.execution;
    const choice: { -readonly [K in keyof ExecutionChoice]: ExecutionChoice[K] } = {};
    for (const side of ['entry', 'exit'] as const) {
      const wanted = own?.[side] ?? configured?.[side];
      if (wanted === undefined || isPlain(wanted, strategy.orderTypes[side])) continue;
      const where = own?.[side] === undefined ? `execution.${side}` : `${name}.execution.${side}`;
      choice[side] = await registry.create('execution', wanted, where);
    }
    if (choice.entry || choice.exit) choices.set(strategy, choice);
  }
  return choices.size === 0 ? null : (slot) => choices.get(slot.strategy) ?? null;
}

/** True for what the engine does without a module: the name of the strategy's own order type, without options. */
function isPlain(wanted: ModuleChoice, orderType: 'market' | 'limit'): boolean {
  if (typeof wanted === 'string') return wanted === orderType;
  return wanted.name === orderType && Object.keys(wanted).length === 1;
}
