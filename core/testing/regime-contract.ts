import { sliceCandles } from '../domain/candles.ts';
import type { RegimeModule } from '../ports/learning-modules.ts';
import type { AnyPlugin } from '../registry/define-plugin.ts';
import { testCandles } from './candle-fakes.ts';
import { firstDifference } from './feature-contract.ts';
import { checkStream } from './tick-feature-contract.ts';
import { type ContractViolation, checkDeclaration, Findings, type ModuleContract, make } from './violation.ts';

/**
 * Runs a regime against its contract: a state per candle that is one of those named, NaN only in the warm-up; probabilities from 0 to 1 that sum to 1;
 * what it says of a candle does not change with later ones; same candles, same states. Those that learn are fitted to the first half.
 */
export function checkRegime(plugin: AnyPlugin, contract: ModuleContract = {}): ContractViolation[] {
  const found = new Findings();
  const options = checkDeclaration(plugin, contract, found);
  if (options === undefined) return found.list;
  const streaming = make<RegimeModule>(plugin, options);
  if (streaming.stream) {
    const host = { pair: 'BTC/USDT', priceTick: 0.1, fallbackShare: () => 0 };
    checkStream(() => make<RegimeModule>(plugin, options).stream!(host), found);
    return found.list;
  }
  const rows = 3000;
  const candles = testCandles(rows, contract.seed ?? 1);
  const fitted = () => {
    const module = make<RegimeModule>(plugin, options);
    module.fit?.(sliceCandles(candles, 0, rows / 2));
    return module;
  };
  const module = fitted();
  if (module.name !== plugin.name) found.add('name', `the module calls itself "${module.name}"`);
  const { state, probabilities } = module.advance(candles);
  const count = module.states.length;
  if (new Set(module.states).size !== count || count < 2) found.add('states', `named: ${module.states.join(', ')}`);
  if (state.length !== rows || probabilities.length !== count || probabilities.some((p) => p.length !== rows)) {
    found.add('a state per candle', `${state.length} states, ${probabilities.length} columns for ${rows} candles`);
    return found.list;
  }
  const warm = state.findIndex((x) => !Number.isNaN(x));
  if (warm < 0) found.add('has states', `NaN over ${rows} candles`);
  for (let i = Math.max(0, warm); i < rows && warm >= 0; i++) {
    if (!(Number.isInteger(state[i]) && state[i]! >= 0 && state[i]! < count))
      found.add('states are indexes', `row ${i}: ${state[i]} of ${count}`);
    let sum = 0;
    for (const p of probabilities) {
      if (!(p[i]! >= 0 && p[i]! <= 1)) found.add('probabilities from 0 to 1', `row ${i}: ${p[i]}`);
      sum += p[i]!;
    }
    if (Math.abs(sum - 1) > 1e-9) found.add('probabilities sum to 1', `row ${i}: ${sum}`);
  }
  const again = fitted().advance(candles);
  if (firstDifference(state, again.state) >= 0) found.add('determinism', 'two makes give different states');
  if (module.save) {
    const loaded = make<RegimeModule>(plugin, options);
    loaded.load?.(module.save());
    if (firstDifference(state, loaded.advance(candles).state) >= 0)
      found.add('saves what it learned', 'loaded, it names other states');
  }
  const cut = 2100;
  const part = module.advance(sliceCandles(candles, 0, cut));
  const columns = [[part.state, state] as const, ...part.probabilities.map((p, k) => [p, probabilities[k]!] as const)];
  for (const [short, long] of columns) {
    const at = firstDifference(short, long.subarray(0, cut));
    if (at >= 0) found.add('past stays', `row ${at} changes when later candles are known`);
  }
  return found.list;
}
