import { asOfJoin } from '../columns/as-of.ts';
import { type Column, type ColumnPool, column } from '../columns/column.ts';
import type { GridData } from '../columns/grid-data.ts';
import { Resampler, resampledRows } from '../columns/resample.ts';
import { timeframe } from '../domain/timeframe.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { FeatureDefinition } from './feature.ts';
import type { Kernel } from './kernel.ts';
import { type Grid, gridKey, KNOWN_VOLUME, type Series, type SeriesNode } from './series.ts';

/** Gives the loaded rows of a grid, or undefined where there are none; longer timeframes of candles are made by the plan itself. */
export type GridProvider = (grid: Grid) => GridData | undefined;

/**
 * Keeps computed columns from one plan to the next, where computing them again would cost more than their memory. What it hands out is
 * whole and must not be written to.
 */
export interface FeatureShelf {
  /** The columns of a node, or undefined. */
  find(key: string): readonly Float64Array[] | undefined;
  /** Computes a node by `run` and may keep its columns. Returns true when it did: they are the shelf's then. */
  compute(key: string, columns: readonly Float64Array[], run: () => void): boolean;
}

interface Step {
  readonly node: string;
  readonly definition: FeatureDefinition | undefined;
  readonly options: Readonly<Record<string, unknown>>;
  readonly grid: GridData;
  readonly inputs: readonly Column[];
  readonly outputs: readonly Column[];
  readonly kernel: { readonly state: Float64Array; advance(from: number, to: number): void };
  done: number;
  /** The shelf keeps its columns. */
  isShelved: boolean;
}

/** A kernel that several features share: made when the first rows come, since until then more of them may want it. */
interface SharedStage {
  readonly output: Column;
  options: Readonly<Record<string, unknown>>;
  kernel: Kernel | undefined;
}

/**
 * The computation of all declared series of a run, each once: kernels in the order of their needs. `advance` brings every column up to the
 * rows its grid has; a backtest calls it once, a live bot after each batch, with the same bits (chunk invariance).
 */
export class FeaturePlan {
  readonly #provider: GridProvider;
  readonly #pool: ColumnPool | undefined;
  readonly #shelf: FeatureShelf | undefined;
  readonly #baseTimeframe: string;
  readonly #grids = new Map<string, GridData>();
  readonly #resamplers: Resampler[] = [];
  readonly #steps: Step[] = [];
  readonly #columns = new Map<string, readonly Column[]>();
  readonly #stages = new Map<string, SharedStage>();
  /** Copies of loaded columns, made where loops work on them in place. */
  readonly #copies: Float64Array[] = [];

  /**
   * @param baseTimeframe the run's own timeframe, from which longer ones are resampled
   * @param shelf for grids that are all there: `advance` is then called once
   */
  constructor(provider: GridProvider, baseTimeframe: string, pool?: ColumnPool, shelf?: FeatureShelf) {
    this.#provider = provider;
    this.#baseTimeframe = baseTimeframe;
    this.#pool = pool;
    this.#shelf = shelf;
  }

  /** Declares a series (and all it needs) and returns its column, still empty where it is computed. */
  add(series: Series): Column {
    const made = this.#columns.get(series.node.key);
    if (made) return made[series.output]!;
    const columns = this.#twin(series) ?? this.#build(series);
    this.#columns.set(series.node.key, columns);
    this.#columns.set(ofVolume(series.node.key), columns);
    return columns[series.output]!;
  }

  /** Brings every grid and column up to date. */
  advance(): void {
    for (const resampler of this.#resamplers) resampler.advance();
    for (const step of this.#steps) {
      const { end } = step.grid;
      if (step.done < end) this.#compute(step, end);
      step.done = end;
    }
  }

  /** Rows of a grid used by the plan. */
  grid(grid: Grid): GridData {
    const key = gridKey(grid);
    let data = this.#grids.get(key);
    if (!data) {
      data = this.#provider(grid) ?? this.#resampled(grid);
      this.#grids.set(key, data);
    }
    return data;
  }

  /** Every feature kernel in the plan with what feeds it: for the checks of user kernels and for saving state. */
  get kernels(): readonly {
    readonly key: string;
    readonly definition: FeatureDefinition;
    readonly options: Readonly<Record<string, unknown>>;
    readonly inputs: readonly Column[];
    readonly state: Float64Array;
  }[] {
    return this.#steps.flatMap((s) =>
      s.definition
        ? [{ key: s.node, definition: s.definition, options: s.options, inputs: s.inputs, state: s.kernel.state }]
        : [],
    );
  }

  /** Hands the computed columns back to the pool; the plan must not be used after. */
  release(): void {
    for (const step of this.#steps)
      if (!step.isShelved) for (const output of step.outputs) this.#pool?.give(output.values);
    for (const copy of this.#copies) this.#pool?.give(copy);
  }

  #compute(step: Step, end: number): void {
    const run = () => step.kernel.advance(step.done, end);
    if (!this.#shelf || step.done > 0 || !step.definition) run();
    else
      step.isShelved = this.#shelf.compute(
        step.node,
        step.outputs.map((o) => o.values),
        run,
      );
  }

  /** What the same feature of plain volume gave, once it is known that there is volume. */
  #twin({ node }: Series): readonly Column[] | undefined {
    if (!node.key.includes(KNOWN_VOLUME)) return undefined;
    if (node.kind === 'source') this.#checkVolume(this.grid(node.grid), node.grid);
    else for (const input of node.kind === 'join' ? [node.from] : node.inputs) this.add(input);
    return this.#columns.get(ofVolume(node.key));
  }

  #build(series: Series): readonly Column[] {
    const { node } = series;
    const grid = this.grid(node.grid);
    if (node.kind === 'source') return [this.#source(grid, node.field, node.grid)];
    if (node.kind === 'join') {
      const values = this.add(node.from);
      const out = this.#output(grid);
      const kernel = asOfJoin(this.grid(node.from.grid), values, grid, out);
      this.#steps.push({
        node: node.key,
        definition: undefined,
        options: {},
        grid,
        inputs: [values],
        outputs: [out],
        kernel,
        done: 0,
        isShelved: false,
      });
      return [out];
    }
    if (node.definition.join) return [this.#stage(node, grid)];
    const kept = this.#shelf?.find(node.key);
    if (kept) return kept.map((values) => grid.attach(values));
    const inputs = node.inputs.map((input) => this.add(input));
    const outputs = node.definition.outputs.map(() => this.#output(grid));
    const kernel: Kernel = node.definition.create(node.options as never, inputs, outputs);
    this.#steps.push({
      node: node.key,
      definition: node.definition,
      options: node.options,
      grid,
      inputs,
      outputs,
      kernel,
      done: 0,
      isShelved: false,
    });
    return outputs;
  }

  /** The column of a stage: of the kernel that others have it from, unless that has begun without what is wanted. */
  #stage({ definition, options, inputs, key }: Extract<SeriesNode, { kind: 'feature' }>, grid: GridData): Column {
    const place = `${definition.name}[${inputs.map((input) => input.key).join(',')}]`;
    const made = this.#stages.get(place);
    if (made) {
      const joined = definition.join!(made.options as never, options as never);
      if (!made.kernel) made.options = joined;
      if (made.options === joined) return made.output;
    }
    const columns = inputs.map((input) => this.add(input));
    const output = this.#output(grid);
    const stage: SharedStage = { output, options, kernel: undefined };
    this.#stages.set(place, stage);
    const kernel: Kernel = {
      state: new Float64Array(0),
      advance(from, to) {
        const kernel = stage.kernel ?? definition.create(stage.options as never, columns, [output]);
        stage.kernel = kernel;
        kernel.advance(from, to);
      },
    };
    const step = { node: key, definition: undefined, options: {}, grid, inputs: columns, outputs: [output], kernel };
    this.#steps.push({ ...step, done: 0, isShelved: false });
    return output;
  }

  #output(grid: GridData): Column {
    return grid.attach(this.#pool?.take(grid.capacity));
  }

  #source(grid: GridData, field: string, where: Grid): Column {
    const name = field === KNOWN_VOLUME ? 'volume' : field;
    const found = name === 'closeTime' ? grid.available : grid.fields.get(name);
    if (found) return this.#pool && grid.isWhole ? this.#copied(found, this.#pool) : found;
    throw new TidegateError('FEATURE_NO_COLUMN', `${gridKey(where)} has no column "${field}"`, {
      remedy: `It has ${[...grid.fields.keys()].join(', ')}.`,
    });
  }

  #checkVolume(grid: GridData, where: Grid): void {
    if (grid.hasVolume) return;
    throw new TidegateError('DATA_NO_VOLUME', `${where.pair} has no volume that a feature could be made of`, {
      where: `${where.pair} ${where.timeframe}`,
      remedy: 'Take features of price, or data with traded or tick volume.',
    });
  }

  #copied({ values, base }: Column, pool: ColumnPool): Column {
    const copy = pool.take(values.length);
    copy.set(values);
    this.#copies.push(copy);
    return column(copy, base);
  }

  #resampled(grid: Grid): GridData {
    const base = { ...grid, timeframe: this.#baseTimeframe };
    const from = grid.timeframe === this.#baseTimeframe ? undefined : this.#provider(base);
    if (!from)
      throw new TidegateError('DATA_MISSING', `no ${grid.type} of ${grid.pair} at ${grid.timeframe}`, {
        remedy: `Run "tidegate download --pairs ${grid.pair} --timeframe ${grid.timeframe}${grid.type === 'candles' ? '' : ` --type ${grid.type}`}", or import a file with "tidegate data import".`,
      });
    const frame = timeframe(grid.timeframe);
    if (frame.bars)
      throw new TidegateError(
        'TIMEFRAME_BARS',
        `${grid.timeframe} bars cannot be made inside a run on ${base.timeframe}`,
        {
          remedy: `Give ${grid.timeframe} as the strategy's own timeframe; m.at('1h', …) works from there.`,
        },
      );
    if (frame.ms < timeframe(base.timeframe).ms)
      throw new TidegateError(
        'TIMEFRAME_TOO_SHORT',
        `${grid.pair} at ${grid.timeframe} cannot be made from ${base.timeframe} candles`,
        {
          remedy: `Use a timeframe of at least ${base.timeframe} in m.at(...).`,
        },
      );
    const rows = resampledRows(from.capacity, base.timeframe, grid.timeframe);
    const resampler = new Resampler(from, gridKey(grid), frame, rows, Math.ceil(rows / 2));
    this.#resamplers.push(resampler);
    return resampler.target;
  }
}

/** The key of the same over plain volume. */
function ofVolume(key: string): string {
  return key.replaceAll(`.${KNOWN_VOLUME}`, '.volume');
}
