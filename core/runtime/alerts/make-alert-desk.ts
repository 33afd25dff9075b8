import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import type { ModuleChoice, Registry } from '../../registry/registry.ts';
import { ALERT_LEVELS, AlertDesk, type AlertKind } from './alert-desk.ts';

/**
 * The alert desk of a configuration. Each notifier may have `kinds` beside its own options: only those are sent to it.
 * @throws TidegateError PLUGIN_UNKNOWN, PLUGIN_OPTION
 */
export async function makeAlertDesk(registry: Registry, notifiers: readonly ModuleChoice[]): Promise<AlertDesk> {
  const routes = notifiers.map(async (choice, k) => {
    const where = `notifiers[${k}]`;
    const { kinds, ...given } = typeof choice === 'string' ? { name: choice, kinds: undefined } : choice;
    const module = await registry.create('notifier', given as ModuleChoice, where);
    return kinds === undefined ? { module } : { module, kinds: new Set(kindsOf(kinds, where)) };
  });
  return new AlertDesk(await Promise.all(routes));
}

function kindsOf(kinds: unknown, where: string): AlertKind[] {
  const known = Object.keys(ALERT_LEVELS) as AlertKind[];
  const list: readonly unknown[] = Array.isArray(kinds) ? kinds : [kinds];
  return list.map((kind) => {
    const found = known.find((name) => name === kind);
    if (found) return found;
    throw new TidegateError('PLUGIN_OPTION', `${JSON.stringify(kind)} is no kind of alert`, {
      where: `${where}.kinds`,
      remedy: `${didYouMean(String(kind), known)} Kinds: ${known.join(', ')}.`.trim(),
    });
  });
}
