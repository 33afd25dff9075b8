import { timeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { shown } from '../../foundation/message-of.ts';
import { Series, source } from '../../indicators/series.ts';
import { broughtFrom, type ModelDocument } from '../../ml/store/model-document.ts';
import { Timeline } from '../../ml/walk/timeline.ts';
import type { LabelModule, RegimeModule } from '../../ports/learning-modules.ts';
import type { Registry } from '../../registry/registry.ts';
import type { LearnedDeclarer, ModelSeries, RegimeSeries, StoredOptions } from '../../strategy/learned-series.ts';
import { declareMarket, type Market } from '../../strategy/market.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import type { LearnedRef, ModelRef, RegimeRef, ScheduleSettings, VolatilityRef } from '../../strategy/train-block.ts';
import { hashText, recordOf } from './build-dataset.ts';
import { type ColumnDeclarer, columnDeclarer } from './declared-columns.ts';
import { learnedFeature } from './learned-feature.ts';
import { type ReadyModel, readyModel } from './model-folder.ts';
import { namedSeries } from './named-series.ts';
import { expectSameFeatures } from './stored-model.ts';

/** What a run learns with. */
export interface LearningServices {
  readonly registry: Registry;
  /** Reads a stored model by reference, `btc@3`. @throws TidegateError MODEL_UNKNOWN, MODEL_CORRUPT */
  readonly stored: (reference: string) => ModelDocument | Promise<ModelDocument>;
  /** Told of a stored model that cannot be used, where the run goes on without unless its strategy says otherwise; absent: the run stops. */
  readonly onUnusable?: (error: TidegateError) => void;
  /** Threads that train; what is learned does not depend on it. */
  readonly jobs: number;
  /** Where the modules of user and packages are, for threads. */
  readonly userdir?: string;
  readonly packages?: readonly string[];
  /** Folder where trainings are kept, to be used again for the same data and settings; absent: they are not. */
  readonly cacheFolder?: string;
}

/** One declared learned series of a pair: what feeds it and what answers. */
export interface LearnedNode {
  /** A train block, or a stored model by reference. */
  readonly ref: LearnedRef | string;
  /** Of block and modules: nodes of several pairs share it. */
  readonly hash: string;
  readonly market: Market;
  /** When rows became known, then what is learned from. */
  readonly inputs: readonly Series[];
  readonly names: readonly string[];
  readonly timeline: Timeline;
  readonly outputs: readonly [Series, ...Series[]];
  /** Learned nodes among what it is learned from: they are trained first. */
  readonly below: readonly LearnedNode[];
}

const MODEL_OUTPUTS = ['direction', 'confidence', 'volatility'] as const;
const REGIME_OUTPUTS = ['state', 'confidence'] as const;
const CANDLE_INPUTS = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;

/** Declares the learned series of a run's strategies and keeps what was declared, for the trainer. */
export class LearnedRun implements LearnedDeclarer {
  readonly nodes = new Map<string, LearnedNode>();
  readonly services: LearningServices;
  readonly labels = new Map<ModelRef, LabelModule>();
  /** Stored models that can be used, by reference. */
  readonly stored = new Map<string, { readonly document: ModelDocument; readonly ready: ReadyModel }>();
  /** What a reader of the results must know. */
  readonly notes: string[] = [];
  /** What answers in the place of stored models that cannot be used; null: nothing does. */
  readonly #instead = new Map<string, string | null>();
  readonly #columns = new Map<ModelRef | string, ColumnDeclarer>();
  readonly #hashes = new Map<LearnedRef | string, string>();
  readonly #regimes = new Map<RegimeRef, RegimeModule>();

  private constructor(services: LearningServices) {
    this.services = services;
  }

  /**
   * Loads what the strategies' train blocks and `m.model('…')` calls name.
   * @throws TidegateError PLUGIN_UNKNOWN, PLUGIN_OPTION, FEATURE_UNKNOWN, MODEL_UNKNOWN, MODEL_CORRUPT, MODEL_MISMATCH
   */
  static async open(services: LearningServices, strategies: readonly Strategy[], pair: string): Promise<LearnedRun> {
    const run = new LearnedRun(services);
    for (const strategy of strategies) {
      for (const ref of Object.values(strategy.learned)) await run.#prepare(ref);
      for (const [reference, { fallback }] of storedNames(strategy, pair))
        await run.#prepareStored(reference, strategy.timeframe, fallback);
    }
    return run;
  }

  /** Market time before the first traded candle that trainings look back over, ms. */
  historyMs(frame: string): number {
    const of = ({ ref, below }: LearnedNode): number => {
      const own = typeof ref === 'string' ? 0 : spanMs(ref.settings.window, frame) + spanMs(ref.settings.every, frame);
      return own + Math.max(0, ...below.map(of));
    };
    return Math.max(0, ...[...this.nodes.values()].map(of));
  }

  /** Some block learns from all history that there is. */
  get isAnchored(): boolean {
    return [...this.nodes.values()].some(({ ref }) => typeof ref !== 'string' && ref.settings.anchored);
  }

  /** Rows before the present one that answers may read. */
  get lookback(): number {
    const rows = [...this.nodes.values()].map(({ outputs: [{ node }] }) =>
      node.kind === 'feature' ? node.definition.lookback(node.options as never) : 0,
    );
    return Math.max(0, ...rows);
  }

  /** Nodes in the order in which they can be trained: each stage learns from what the ones before said. */
  stages(): LearnedNode[][] {
    const depth = ({ below }: LearnedNode): number => 1 + Math.max(-1, ...below.map(depth));
    const stages: LearnedNode[][] = [];
    for (const node of this.nodes.values()) {
      const k = depth(node);
      stages[k] = [...(stages[k] ?? []), node];
    }
    return stages;
  }

  /** Whether others learn from what these nodes say: then it is needed from the start of history. */
  isLearnedFrom(nodes: readonly LearnedNode[]): boolean {
    return [...this.nodes.values()].some(({ below }) => below.some((node) => nodes.includes(node)));
  }

  /** From when on everything learned for a pair answers, ms UTC; -Infinity where nothing is. */
  answersFrom(pair: string): number {
    let latest = Number.NEGATIVE_INFINITY;
    for (const { ref, market, timeline } of this.nodes.values())
      if (market.symbol === pair && !(typeof ref === 'string' && !this.stored.has(ref)))
        latest = Math.max(latest, timeline.learned[0]?.from ?? Number.POSITIVE_INFINITY);
    return latest;
  }

  model(market: Market, wanted: ModelRef | string): ModelSeries {
    const ref = typeof wanted === 'string' ? this.#standInOf(wanted) : wanted;
    const declare = this.#columns.get(ref);
    if (!declare && typeof ref !== 'string' && typeof ref?.settings?.features !== 'function') throw unknownBlock(ref);
    const series = declare
      ? declare(market).series
      : typeof ref === 'string' && this.#instead.has(ref)
        ? new Map<string, Series>()
        : namedSeries((ref as ModelRef).settings.features as (m: Market) => unknown, market, (ref as ModelRef).name);
    const node = this.#node(ref, market, MODEL_OUTPUTS, [...series.values()], [...series.keys()], 0);
    const [direction, confidence, volatility] = node.outputs;
    return { direction, confidence, volatility } as unknown as ModelSeries;
  }

  regime(market: Market, ref: RegimeRef): RegimeSeries {
    const [state, confidence] = this.#ofCandles(ref, market, REGIME_OUTPUTS).outputs;
    return { state, confidence } as unknown as RegimeSeries;
  }

  states(ref: RegimeRef): readonly string[] {
    const module = this.#regimes.get(ref);
    if (!module) throw unknownBlock(ref);
    return module.states;
  }

  volatility(market: Market, ref: VolatilityRef): Series {
    return this.#ofCandles(ref, market, ['deviation']).outputs[0];
  }

  #ofCandles(ref: RegimeRef | VolatilityRef, market: Market, outputs: readonly string[]): LearnedNode {
    if (!this.#hashes.has(ref)) throw unknownBlock(ref);
    const { window, every } = ref.settings;
    const rows = Math.ceil(
      (spanMs(window, market.timeframe) + spanMs(every, market.timeframe)) / timeframe(market.timeframe).ms,
    );
    const inputs = CANDLE_INPUTS.map((name) => market.candles[name]);
    return this.#node(ref, market, outputs, inputs, CANDLE_INPUTS, rows);
  }

  #node(
    ref: LearnedRef | string,
    market: Market,
    outputs: readonly string[],
    columns: readonly Series[],
    names: readonly string[],
    lookback: number,
  ): LearnedNode {
    const hash = this.#hashes.get(ref);
    if (hash === undefined) throw unknownBlock(ref);
    const { grid } = market.candles.close;
    const inputs = [source(grid, 'closeTime'), ...columns];
    const kind = typeof ref === 'string' ? 'model' : ref.kind;
    const key = `${kind}(${hash})[${inputs.map((s) => s.key).join(',')}]`;
    const found = this.nodes.get(key);
    if (found) return found;
    const timeline = new Timeline();
    const definition = learnedFeature(`learned-${kind}`, outputs, timeline, lookback);
    const node = { kind: 'feature', grid, definition, options: {}, inputs, key } as const;
    const made: LearnedNode = {
      ref,
      hash,
      market,
      inputs,
      names,
      timeline,
      outputs: outputs.map((_, k) => new Series(node, k)) as [Series, ...Series[]],
      below: this.#nodesIn(inputs),
    };
    this.nodes.set(key, made);
    return made;
  }

  #nodesIn(series: readonly Series[]): LearnedNode[] {
    const found = new Set<LearnedNode>();
    const walk = ({ node }: Series): void => {
      const own = this.nodes.get(node.key);
      if (own) found.add(own);
      else if (node.kind === 'join') walk(node.from);
      else if (node.kind === 'feature') node.inputs.forEach(walk);
    };
    series.forEach(walk);
    return [...found];
  }

  async #prepare(ref: LearnedRef): Promise<void> {
    const { registry } = this.services;
    const where = (setting: string) => `train.${ref.name}.${setting}`;
    if (ref.kind === 'model') {
      const { features, label, model } = ref.settings;
      if (typeof features !== 'function') this.#columns.set(ref, await columnDeclarer(registry, [features].flat()));
      this.labels.set(ref, await registry.create('label', label, where('label')));
      const { contentHash } = await registry.create('model', model, where('model'));
      const modules = [await recordOf(registry, 'label', label), await recordOf(registry, 'model', model)];
      const { features: _, ...settings } = ref.settings;
      this.#hashes.set(ref, hashText({ settings, modules, ...(contentHash !== undefined && { contentHash }) }));
    } else if (ref.kind === 'regime') {
      this.#regimes.set(ref, await registry.create('regime', ref.settings.regime, where('regime')));
      this.#hashes.set(
        ref,
        hashText({ settings: ref.settings, module: await recordOf(registry, 'regime', ref.settings.regime) }),
      );
    } else {
      await registry.create('volatility', ref.settings.volatility, where('volatility'));
      const module = await recordOf(registry, 'volatility', ref.settings.volatility);
      this.#hashes.set(ref, hashText({ settings: ref.settings, module }));
    }
  }

  /** The model that answers for a stored one: itself, its fallback, or itself without an opinion. */
  #standInOf(reference: string): string {
    const instead = this.#instead.get(reference);
    return instead ? this.#standInOf(instead) : reference;
  }

  async #prepareStored(reference: string, frame: string, stated?: string): Promise<void> {
    if (this.stored.has(reference) || this.#instead.has(reference)) return;
    const { registry, stored, onUnusable } = this.services;
    try {
      const document = await stored(reference);
      const declare = await expectSameFeatures(registry, document, reference);
      expectTimeframe(document, frame, reference);
      const ready = await readyModel(registry, document);
      this.stored.set(reference, { document, ready });
      this.#columns.set(reference, declare);
      const { name, version, lineage, createdAt } = document;
      this.#hashes.set(reference, hashText({ document: [name, version, lineage, createdAt] }));
      if (broughtFrom(lineage.model.options))
        this.notes.push(`the model ${reference} was learned elsewhere: whether it has seen these candles is not known`);
    } catch (error) {
      const fallback = stated ?? (onUnusable ? 'no-opinion' : 'stop');
      if (fallback === 'stop' || !(error instanceof TidegateError)) throw error;
      const isOther = fallback !== 'no-opinion';
      this.#instead.set(reference, isOther ? fallback : null);
      this.#hashes.set(reference, 'no-opinion');
      const what = isOther
        ? `${fallback} answers in the place of the model ${reference}`
        : `the model ${reference} has no opinion`;
      this.notes.push(`${what}: ${error.message}`);
      onUnusable?.(error);
      if (isOther) await this.#prepareStored(fallback, frame);
    }
  }
}

/** A span of market time in ms: a time, or a count of candles. @throws TidegateError TRAIN_SCHEDULE for a count of bars without a length */
export function spanMs(span: string | number, frame: string): number {
  if (typeof span === 'string') return timeframe(span).ms;
  const { ms, bars } = timeframe(frame);
  if (!bars) return span * ms;
  throw new TidegateError('TRAIN_SCHEDULE', `${span} candles of ${frame} have no length in time`, {
    remedy: 'Give a time, such as 30d.',
  });
}

/** Spans of a schedule in ms. */
export function scheduleMs(settings: ScheduleSettings, frame: string) {
  return {
    window: spanMs(settings.window, frame),
    every: spanMs(settings.every, frame),
    handoverDelay: spanMs(settings.handoverDelay, frame),
  };
}

/** References to stored models in a strategy's `features()`. What it throws, it will throw again when it is asked in earnest. */
function storedNames(strategy: Strategy, pair: string): ReadonlyMap<string, StoredOptions> {
  const names = new Map<string, StoredOptions>();
  const market: Market = declareMarket(pair, strategy.timeframe, {
    model(m, ref, options = {}) {
      if (typeof ref === 'string') names.set(ref, options);
      const { close } = m.candles;
      return { direction: close, confidence: close, volatility: close } as unknown as ModelSeries;
    },
    regime: (m) => ({ state: m.candles.close, confidence: m.candles.close }) as unknown as RegimeSeries,
    states: () => [],
    volatility: (m) => m.candles.close,
  });
  try {
    strategy.features(market);
  } catch {
    return names;
  }
  return names;
}

function expectTimeframe({ lineage }: ModelDocument, frame: string, reference: string): void {
  if (lineage.timeframe === frame) return;
  throw new TidegateError(
    'MODEL_MISMATCH',
    `it learned from candles of ${lineage.timeframe}, the strategy runs on ${frame}`,
    {
      where: `model ${reference}`,
      remedy: `Run the strategy on ${lineage.timeframe}, or train on ${frame}.`,
    },
  );
}

/** @param ref what stands in the place of a block: its name only, for one */
function unknownBlock(ref: unknown): TidegateError {
  const name = typeof ref === 'string' ? ref : ((ref as Partial<LearnedRef> | undefined)?.name ?? shown(ref));
  return new TidegateError('TRAIN_BLOCK', `the train block "${name}" was not declared by this strategy`, {
    where: `train.${name}`,
    remedy: 'Declare it with this.train({ … }) and pass on what that returns.',
  });
}
