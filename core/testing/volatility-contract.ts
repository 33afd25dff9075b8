import { isDeepStrictEqual } from 'node:util';
import { sliceCandles } from '../domain/candles.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { VolatilityModule } from '../ports/learning-modules.ts';
import type { AnyPlugin } from '../registry/define-plugin.ts';
import { testCandles } from './candle-fakes.ts';
import { type ContractViolation, checkDeclaration, Findings, type ModuleContract, make } from './violation.ts';

/**
 * Runs a volatility module against its contract: variances above zero for every step of the horizon, of the size of what comes; forecasting moves nothing; same candles, same bytes; saved and loaded it goes on in the same way; candles stay
 * untouched; it refuses to forecast before it learned, and candles that never move.
 */
export function checkVolatility(plugin: AnyPlugin, contract: ModuleContract = {}): ContractViolation[] {
  const found = new Findings();
  const options = checkDeclaration(plugin, contract, found);
  if (options === undefined) return found.list;
  const fresh = () => make<VolatilityModule>(plugin, options);
  const candles = testCandles(1500, contract.seed ?? 1);
  const past = sliceCandles(candles, 0, 1000);
  const before = structuredClone(past);
  const module = fresh();
  if (module.name !== plugin.name) found.add('name', `the module calls itself "${module.name}"`);
  expectRefusal(found, 'refuses before it learned', () => fresh().forecast(1));
  module.fit(past);
  if (!isDeepStrictEqual(before, past)) found.add('inputs untouched', 'the candles were written to');
  const saved = module.save();
  const path = module.forecast(10);
  if (path.length !== 10 || path.some((v) => !(v > 0 && v < 1))) found.add('variances above zero', path.join(', '));
  if (!isDeepStrictEqual(module.forecast(10), path))
    found.add('forecasting moves nothing', 'a second forecast differs');
  const other = fresh();
  other.fit(past);
  if (!isDeepStrictEqual(saved, other.save())) found.add('determinism', 'the same candles give other bytes');
  const loaded = fresh();
  loaded.load(structuredClone(saved));
  let real = 0;
  let expected = 0;
  for (let row = 1000; row < candles.length; row++) {
    expected += module.forecast(1)[0]!;
    real += Math.log(candles.close[row]! / candles.close[row - 1]!) ** 2;
    module.update(candles, row);
    loaded.update(candles, row);
    if (row % 50 === 0 && !isDeepStrictEqual(module.forecast(2), loaded.forecast(2))) {
      found.add('save and load', `a loaded module says something else after row ${row}`);
      break;
    }
  }
  if (!(expected / real > 1 / 3 && expected / real < 3)) found.add('size', `expected ${expected}, came ${real}`);
  expectRefusal(found, 'refuses other modules', () => fresh().load({ ...saved, name: `not-${saved.name}` }));
  const still = {
    ...past,
    open: past.open.map(() => 100),
    high: past.open.map(() => 100),
    low: past.open.map(() => 100),
    close: past.open.map(() => 100),
  };
  expectRefusal(found, 'refuses prices that never move', () => fresh().fit(still));
  return found.list;
}

function expectRefusal(found: Findings, law: string, act: () => void): void {
  try {
    act();
    found.add(law, 'nothing was thrown');
  } catch (error) {
    if (!(error instanceof TidegateError)) found.add(law, String(error));
    else if (!error.remedy) found.add(law, `${error.code} without a remedy`);
  }
}
