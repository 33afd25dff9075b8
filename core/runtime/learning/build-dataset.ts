import { createHash } from 'node:crypto';
import { GridData } from '../../columns/grid-data.ts';
import type { LearningSettings } from '../../config/learning-settings.ts';
import { hashCandles, hashColumns } from '../../data/store/content-hash.ts';
import { lowerBound } from '../../domain/candles.ts';
import { timeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { FeaturePlan } from '../../indicators/plan.ts';
import { gridKey } from '../../indicators/series.ts';
import { type PairRows, type StackedRows, stackRows } from '../../ml/dataset/stack-rows.ts';
import type { ModuleRecord } from '../../ml/store/model-document.ts';
import type { LabelModule } from '../../ports/learning-modules.ts';
import type { MarketData } from '../../ports/market-data.ts';
import type { ModuleChoice, Registry } from '../../registry/registry.ts';
import { declareMarket } from '../../strategy/market.ts';
import { withBars } from '../bar-data.ts';
import { checkCandles, LoadedGrids, loadGrids } from '../load-market.ts';
import { needsOf } from '../needs.ts';
import { columnDeclarer, type DeclaredColumns } from './declared-columns.ts';
import { expectHorizon } from './expect-horizon.ts';

/** What a dataset is built from. */
export interface DatasetRequest {
  readonly data: MarketData;
  readonly registry: Registry;
  readonly exchange: string;
  readonly pairs: readonly string[];
  readonly timeframe: string;
  /** Opening times of the rows, ms UTC: from <= t < to. Labels read no candle from `to` on. */
  readonly from?: number;
  readonly to?: number;
  readonly features: LearningSettings['features'];
  readonly label: ModuleChoice;
  /** Called with the share done, in [0, 1]. */
  readonly onProgress?: (done: number) => void;
}

/** A dataset with where it comes from. */
export interface BuiltDataset extends StackedRows {
  /** SHA-256 of rows, names and declarations: the same hash, the same dataset. */
  readonly hash: string;
  /** SHA-256 of the names and declarations of the features. */
  readonly featureHash: string;
  readonly features: readonly unknown[];
  /** Which choice of `features` each column is of, counted from 0. */
  readonly choiceOf: readonly number[];
  readonly label: ModuleRecord;
  readonly labelModule: LabelModule;
  /** Content hash of each pair's candles. */
  readonly dataHash: Readonly<Record<string, string>>;
}

/**
 * Computes features and label on stored candles. A row is known at its candle's close; its label at the close of the last candle that the label
 * may look at. Rows of the features' warm-up are left out.
 * @throws TidegateError DATA_MISSING, DATA_TOO_SHORT, DATASET_ROWS, LABEL_AHEAD, and those of features and modules
 */
export async function buildDataset(request: DatasetRequest): Promise<BuiltDataset> {
  const { registry, pairs } = request;
  const data = withBars(request.data);
  const label = await registry.create('label', request.label, 'label');
  const declare = await columnDeclarer(registry, [request.features].flat());
  const parts: PairRows[] = [];
  const dataHash: Record<string, string> = {};
  let names: readonly string[] = [];
  let record: readonly unknown[] = [];
  let choiceOf: readonly number[] = [];
  for (const [k, pair] of pairs.entries()) {
    request.onProgress?.(k / pairs.length);
    const declared = declare(declareMarket(pair, request.timeframe));
    const { rows, hash } = await pairRows({ ...request, data }, pair, declared, label);
    parts.push(rows);
    dataHash[pair] = hash;
    names = [...declared.series.keys()];
    record = declared.record;
    choiceOf = declared.choiceOf;
  }
  request.onProgress?.(1);
  const stacked = stackRows(names, parts);
  const labelRecord = await recordOf(registry, 'label', request.label);
  const featureHash = hashText({ names, record });
  return {
    ...stacked,
    hash: hashText({ rows: hashColumns(columnSetOf(stacked)), featureHash, label: labelRecord, pairs }),
    featureHash,
    features: record,
    choiceOf,
    label: labelRecord,
    labelModule: label,
    dataHash,
  };
}

async function pairRows(
  request: DatasetRequest,
  pair: string,
  declared: DeclaredColumns,
  label: LabelModule,
): Promise<{ readonly rows: PairRows; readonly hash: string }> {
  const { data, exchange, from, to } = request;
  const name = request.timeframe;
  const frame = timeframe(name);
  const needs = needsOf(declared.series.values(), name);
  const historyMs = Math.max(needs.warmup, needs.settle) * frame.ms;
  const range = {
    ...(from !== undefined && !frame.bars && { from: from - historyMs }),
    ...(to !== undefined && { to }),
  };
  const candles = checkCandles(await data.candles(exchange, pair, name, range), pair, name);
  const start = Math.max(needs.warmup, from === undefined ? 0 : lowerBound(candles.time, from));
  if (candles.length <= start + label.horizon)
    throw new TidegateError(
      'DATA_TOO_SHORT',
      `${pair} ${name} has ${candles.length} candles there; ${start} warm features up, the label looks ${label.horizon} ahead`,
      { where: data.root, remedy: 'Load more history, or use a longer --timerange.' },
    );
  const grid = { pair, timeframe: name, type: 'candles' };
  const own = GridData.candles(gridKey(grid), candles, frame);
  const grids = new LoadedGrids();
  grids.set(grid, own);
  await loadGrids(needs.grids.values(), grids, { data, exchange, baseTimeframe: name, range });
  const plan = new FeaturePlan(grids.provider, name);
  const columns = [...declared.series.values()].map((series) => plan.add(series));
  plan.advance();
  const target = label.label(candles);
  expectHorizon(label, candles, target);
  const known = own.available.values;
  const last = candles.length - 1;
  return {
    hash: hashCandles(candles),
    rows: {
      pair,
      columns: columns.map((column) => column.values.slice(start, candles.length)),
      availableAt: known.slice(start, candles.length),
      labelAt: Float64Array.from({ length: candles.length - start }, (_, i) => {
        return known[Math.min(last, start + i + label.horizon)]!;
      }),
      target: target.slice(start),
    },
  };
}

/** A dataset as columns for files: `time` (when a row became known), `labelAt`, `pair` (index), `label`, then the features. */
export function columnSetOf({ dataset, pairOf }: StackedRows) {
  const features = Object.fromEntries(dataset.names.map((name, c) => [`f.${name}`, dataset.columns[c]!]));
  return {
    length: dataset.rows,
    columns: {
      time: dataset.availableAt,
      labelAt: dataset.labelAt,
      pair: pairOf,
      label: dataset.target,
      ...features,
    },
  };
}

/** Name, version and full options of a module, for the record. */
export async function recordOf(
  registry: Registry,
  kind: 'label' | 'model' | 'regime' | 'volatility',
  choice: ModuleChoice,
): Promise<ModuleRecord> {
  const { name, ...given } = typeof choice === 'string' ? { name: choice } : choice;
  const { plugin } = await registry.find(kind, name);
  return { name, version: plugin.version, options: plugin.options.parse(given) };
}

/** SHA-256 of a value's JSON. */
export function hashText(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
