import { GridData } from '../columns/grid-data.ts';
import { type CandleTable, sliceCandles } from '../domain/candles.ts';
import { timeframe } from '../domain/timeframe.ts';
import { seeded } from '../foundation/rng.ts';
import { FeaturePlan } from '../indicators/plan.ts';
import { type Grid, gridKey, Series } from '../indicators/series.ts';
import type { AnyPlugin } from '../registry/define-plugin.ts';
import type { FeatureSet } from '../registry/kinds.ts';
import { declareMarket } from '../strategy/market.ts';
import { testCandles } from './candle-fakes.ts';
import { firstDifference } from './feature-contract.ts';
import { checkStream } from './tick-feature-contract.ts';
import { type ContractViolation, checkDeclaration, Findings, type ModuleContract, make } from './violation.ts';

const PAIR = 'BTC/USDT';
const FRAME = '5m';

/**
 * Runs a feature set against its contract: it declares series by name on the market's own grid, the same ones each time; each has values, none is
 * infinite, and what is computed does not change when more candles follow. An empty list is a pass.
 */
export function checkFeatureSet(plugin: AnyPlugin, contract: ModuleContract = {}): ContractViolation[] {
  const found = new Findings();
  const options = checkDeclaration(plugin, contract, found);
  if (options === undefined) return found.list;
  const module = make<FeatureSet>(plugin, options);
  if (module.name !== plugin.name) found.add('name', `the module calls itself "${module.name}"`);
  if (module.stream) {
    // What it lives on says 1 whatever it is asked.
    const inputs = (module.inputs ?? []).map(() => new Proxy<Record<string, number>>({}, { get: () => 1 }));
    const host = { pair: PAIR, priceTick: 0.1, fallbackShare: () => 0, inputs };
    checkStream(() => make<FeatureSet>(plugin, options).stream!(host), found);
    return found.list;
  }
  const market = declareMarket(PAIR, FRAME);
  const record = module.define(market);
  const names = Object.keys(record);
  if (names.length === 0) found.add('series by name', 'nothing is declared');
  const home = gridKey(market.candles.close.grid);
  for (const name of names) {
    const series = record[name];
    if (!(series instanceof Series)) found.add('series by name', `"${name}" is no series`);
    else if (gridKey(series.grid) !== home) found.add('on the market grid', `"${name}" is on ${gridKey(series.grid)}`);
  }
  if (found.list.length > 0) return found.list;
  const again = make<FeatureSet>(plugin, options).define(declareMarket(PAIR, FRAME));
  if (names.some((name) => again[name]?.key !== record[name]!.key) || Object.keys(again).length !== names.length)
    found.add('determinism', 'two makes declare different series');
  const candles = testCandles(3000, contract.seed ?? 1);
  const whole = compute(record, candles);
  const cut = 2100;
  const part = compute(record, sliceCandles(candles, 0, cut));
  for (const name of names) {
    const values = whole[name]!;
    if (values.every(Number.isNaN)) found.add('has values', `"${name}" is NaN over ${candles.length} candles`);
    const bad = values.findIndex((x) => x === Number.POSITIVE_INFINITY || x === Number.NEGATIVE_INFINITY);
    if (bad >= 0) found.add('finite', `"${name}" is infinite at row ${bad}`);
    const at = firstDifference(part[name]!, values.subarray(0, cut));
    if (at >= 0) found.add('past stays', `"${name}" at row ${at} changes when later candles are known`);
  }
  return found.list;
}

/** The series of a set over candles, by name; what else it reads (other pairs, mark prices, funding, open interest, liquidations) is made up to go with them. */
export function compute(record: Readonly<Record<string, Series>>, candles: CandleTable): Record<string, Float64Array> {
  const grids = new Map<string, GridData>();
  const plan = new FeaturePlan((grid) => {
    const key = gridKey(grid);
    const made = grids.get(key) ?? madeUp(grid, candles);
    if (made) grids.set(key, made);
    return made;
  }, FRAME);
  const columns = Object.entries(record).map(([name, series]) => [name, plan.add(series)] as const);
  plan.advance();
  return Object.fromEntries(columns.map(([name, c]) => [name, c.values.subarray(0, candles.length)]));
}

/** Fields of each kind of events. */
const EVENTS: Readonly<Record<string, readonly string[]>> = {
  funding: ['rate'],
  oi: ['amount', 'value'],
  liquidations: ['side', 'price', 'amount'],
};

function madeUp(grid: Grid, candles: CandleTable): GridData | undefined {
  const key = gridKey(grid);
  const frame = timeframe(FRAME);
  if (grid.type === 'candles' && grid.timeframe !== FRAME) return undefined;
  if (grid.type === 'candles' && grid.pair === PAIR) return GridData.candles(key, candles, frame);
  if (grid.type === 'candles' || grid.type === 'mark') {
    const other = testCandles(candles.length, key.length);
    return GridData.candles(key, { ...other, time: candles.time }, frame);
  }
  const fields = EVENTS[grid.type];
  if (!fields) return undefined;
  // One event in every seven candles, two seconds into it.
  const rows = Math.ceil(candles.length / 7);
  const rng = seeded(`events-${grid.type}`);
  const time = Float64Array.from({ length: rows }, (_, i) => candles.time[7 * i]! + 2000);
  const draw = (field: string, i: number) => {
    if (field === 'price') return candles.close[7 * i]! * (1 + 0.02 * rng.normal());
    if (field === 'rate') return 1e-4 * rng.normal();
    return field === 'side' ? 2 * rng.int(2) - 1 : 1000 + 100 * rng.next();
  };
  const columns = Object.fromEntries(fields.map((field) => [field, new Float64Array(rows)]));
  // Row by row, so that fewer rows are the beginning of more.
  for (let i = 0; i < rows; i++) for (const field of fields) columns[field]![i] = draw(field, i);
  return GridData.whole(key, { time, ...columns }, time);
}
