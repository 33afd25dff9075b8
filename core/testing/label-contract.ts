import { sliceCandles } from '../domain/candles.ts';
import type { LabelModule } from '../ports/learning-modules.ts';
import type { AnyPlugin } from '../registry/define-plugin.ts';
import { testCandles } from './candle-fakes.ts';
import { firstDifference } from './feature-contract.ts';
import { type ContractViolation, checkDeclaration, Findings, type ModuleContract, make } from './violation.ts';

/**
 * Runs a label against its contract: as long as the candles; never looks further ahead than its horizon says (splits purge by it); NaN only where
 * the past is too short or the data ends; as many different values as classes at most; same candles, same labels; candles stay untouched.
 */
export function checkLabel(plugin: AnyPlugin, contract: ModuleContract = {}): ContractViolation[] {
  const found = new Findings();
  const options = checkDeclaration(plugin, contract, found);
  if (options === undefined) return found.list;
  const module = make<LabelModule>(plugin, options);
  if (module.name !== plugin.name) found.add('name', `the module calls itself "${module.name}"`);
  const { horizon, classes } = module;
  if (!(Number.isInteger(horizon) && horizon >= 1)) found.add('horizon', `${horizon} is no whole number of candles`);
  const rows = 2000;
  const candles = testCandles(rows, contract.seed ?? 1);
  const before = candles.close.slice();
  const labels = module.label(candles);
  if (labels.length !== rows) found.add('a label per candle', `${labels.length} labels for ${rows} candles`);
  if (firstDifference(candles.close, before) >= 0) found.add('inputs untouched', 'close was written to');
  if (firstDifference(labels, make<LabelModule>(plugin, options).label(candles)) >= 0)
    found.add('determinism', 'two makes give different labels');
  const values = new Set(labels.filter((x) => !Number.isNaN(x)));
  if (values.size === 0) found.add('has labels', 'all are NaN');
  if (classes > 0 && values.size > classes)
    found.add('classes', `${values.size} different values, ${classes} declared`);
  if ([...values].some((x) => !Number.isFinite(x))) found.add('finite', 'a label is infinite');
  for (const cut of [rows - 1, rows - 77, 1200]) {
    const part = module.label(sliceCandles(candles, 0, cut));
    const known = Math.max(0, cut - horizon);
    const at = firstDifference(part.subarray(0, known), labels.subarray(0, known));
    if (at >= 0)
      found.add('looks no further than its horizon', `row ${at} changes with candles after row ${at + horizon}`);
    const open = part.subarray(known).findIndex((x, k) => !Number.isNaN(x) && x !== labels[known + k]);
    if (open >= 0)
      found.add(
        'NaN where the future is too short',
        `row ${known + open} of ${cut} is ${part[known + open]}, then ${labels[known + open]}`,
      );
  }
  return found.list;
}
