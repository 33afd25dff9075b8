import { canonicalJson } from '../../foundation/canonical-json.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { FeatureSet } from '../../registry/kinds.ts';
import type { Registry } from '../../registry/registry.ts';
import { TickSeries } from '../../strategy/tick-series.ts';
import { loadRegistry } from '../load-registry.ts';
import type { DeclaredFeatures } from '../wire-slots.ts';
import type { StreamFeatures } from './stream-features.ts';

/** The modules behind declared features of ticks, of kind feature or regime, with those that they live on: what a run on ticks makes them from. */
export class StreamModules {
  readonly #made = new Map<string, { readonly module: FeatureSet; readonly inputs: readonly TickSeries[] }>();

  /** @throws TidegateError PLUGIN_UNKNOWN, PLUGIN_OPTION, FEATURE_NOT_OF_TICKS */
  static async of(declared: readonly DeclaredFeatures[], registry: Registry | undefined): Promise<StreamModules> {
    const modules = new StreamModules();
    for (const { ticks } of declared)
      for (const [path, series] of ticks)
        await modules.#add(series, registry ?? (await loadRegistry()), `features().${path}`);
    return modules;
  }

  async #add(series: TickSeries, registry: Registry, where: string): Promise<void> {
    const key = keyOf(series);
    if (this.#made.has(key)) return;
    const { name, options } = series;
    const has = (kind: 'feature' | 'regime') => registry.list(kind).some((row) => row.name === name);
    const kind = has('regime') && !has('feature') ? 'regime' : 'feature';
    const module = (await registry.create(kind, { ...options, name }, where)) as FeatureSet;
    if (!module.stream)
      throw new TidegateError('FEATURE_NOT_OF_TICKS', `"${name}" is made from candles, not from trades and books`, {
        where,
        remedy: 'Features of ticks: "tidegate list features --search ticks".',
      });
    const inputs = (module.inputs ?? []).map(({ name, ...options }) => new TickSeries(name, options));
    for (const [k, input] of inputs.entries()) await this.#add(input, registry, `${where}, input ${k + 1}`);
    this.#made.set(key, { module, inputs });
  }

  /** The values of a declared feature on a market: one object per distinct declaration, fed after those that it lives on. */
  valuesOn(host: StreamFeatures, series: TickSeries): Readonly<Record<string, number>> {
    const key = keyOf(series);
    const { module, inputs } = this.#made.get(key)!;
    const make = () => module.stream!({ ...host.host, inputs: inputs.map((input) => this.valuesOn(host, input)) });
    return host.join(key, make).values;
  }
}

function keyOf({ name, options }: TickSeries): string {
  return `${name}${canonicalJson(options)}`;
}
