import type { Bar } from '../bar.ts';
import type { Market } from '../market.ts';
import { real } from '../parameters.ts';
import {
  type Adjustment,
  type CallbackContext,
  type PositionContext,
  Strategy,
  type StrategyContext,
} from '../strategy.ts';
import type { RegimeRef } from '../train-block.ts';
import type { FeatureRecord } from '../view.ts';
import {
  type PipelineRefs,
  type PipelineView,
  pipelineBlocks,
  pipelineFeatures,
  predictors,
} from './pipeline-features.ts';
import {
  checkPipeline,
  checkStates,
  type PipelineInput,
  type PipelineSettings,
  type TradingSettings,
} from './pipeline-settings.ts';

/** What the last candle said of a pair, for the callbacks. Plain data. */
interface PairPlan {
  /** Of the stake that sizing proposes. */
  readonly factor: number;
  /** Levels that it is split over. */
  readonly parts: number;
  /** Deviations from the mean as whole levels, in a grid. */
  readonly level: number;
  /** Distance of the stop as a fraction of the price; null: the stoploss alone. */
  readonly stop: number | null;
}

/**
 * A strategy out of modules and settings alone: features, regime, a model for each regime, a confidence gate, a volatility gate; sizing, risk and
 * execution come from the configuration, as for every strategy. Settings are the `pipeline` section of the configuration over the class's own.
 */
export class PipelineStrategy extends Strategy {
  /** What a subclass starts from. */
  static readonly settings: PipelineInput = { predict: 'flat' };

  /** @internal Settings as they were given, for tools that change them. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly #settings: PipelineSettings;
  readonly #refs: PipelineRefs;
  #states: readonly string[] = [];
  #byState: readonly TradingSettings[] = [];

  /** @throws TidegateError PIPELINE_SETTING, TRAIN_BLOCK */
  constructor(context: StrategyContext = {}) {
    super(context);
    this.given = { ...(new.target as typeof PipelineStrategy).settings, ...context.pipeline };
    const settings = checkPipeline(this.given);
    this.timeframe = settings.timeframe;
    this.canShort = settings.canShort;
    this.stoploss = settings.stoploss;
    this.#refs = this.train(pipelineBlocks(settings, () => this.#refs));
    const { direction, confidence } = settings;
    const tuned = this.tune({
      direction: real(0, 1, direction, { space: 'entry' }),
      confidence: real(0, 1, confidence, { space: 'entry' }),
    });
    this.#settings = { ...settings, ...tuned };
  }

  /** @internal Members of each ensemble that predicts. */
  get ensembles(): Readonly<Record<string, readonly string[]>> {
    const used = predictors(this.#settings);
    const all = Object.entries(this.#settings.ensembles).filter(([name]) => used.includes(name));
    return Object.fromEntries(all.map(([name, { members }]) => [name, members]));
  }

  override features(m: Market): FeatureRecord {
    const settings = this.#settings;
    if (settings.regime) {
      this.#states = m.states(this.#refs.regime as RegimeRef);
      if (this.#states.length > 0) checkStates(this.#states, settings);
      this.#byState = this.#states.map((state) => ({ ...settings, ...settings.byRegime[state] }) as TradingSettings);
    }
    return pipelineFeatures(m, settings, this.#refs) as FeatureRecord;
  }

  override onCandle({ f, pair, candle, position }: Bar<this>): void {
    const view = f as unknown as PipelineView;
    const settings = this.#settings;
    const held = view.regime ? view.regime.state.now : 0;
    if (Number.isNaN(held)) return;
    const trading: TradingSettings = view.regime ? this.#byState[held]! : settings;
    const name = this.#predictor(held);
    const plan = this.#plan(view, trading, name);
    this.store[pair] = plan;
    const opener = position?.entryTag?.split(':').at(-1);
    if (position && opener !== name) this.exit[position.side]({ tag: name === 'flat' ? 'flat' : 'regime' });
    else if (position && isOverdue(position.openTime, candle, trading.hold)) this.exit[position.side]({ tag: 'held' });
    else if (name !== 'flat')
      this.#trade(view, trading, name, plan, position, view.regime ? `${this.#states[held]}:${name}` : name);
  }

  #predictor(held: number): string {
    const { predict } = this.#settings;
    return typeof predict === 'string' ? predict : (predict[this.#states[held]!] ?? predict.otherwise ?? 'flat');
  }

  #plan(view: PipelineView, trading: TradingSettings, name: string): PairPlan {
    const { gate, grid, confidenceSizes } = this.#settings;
    const isOff = gate !== undefined && (view.rank!.now + 1) / 2 > gate.above;
    const sure = confidenceSizes && view.said[name] ? view.said[name].confidence.now : 1;
    const isGrid = name === 'grid';
    return {
      factor: trading.size * (isOff ? gate.size : 1) * (Number.isNaN(sure) ? 0 : sure),
      parts: isGrid ? grid.levels : 1,
      level: isGrid ? Math.floor(Math.abs(view.grid!.now) / grid.step) : 0,
      stop:
        trading.stop === null || !view.volatility ? null : trading.stop * view.volatility.now * (isOff ? gate.stop : 1),
    };
  }

  #trade(
    view: PipelineView,
    trading: TradingSettings,
    name: string,
    plan: PairPlan,
    position: Bar['position'],
    tag: string,
  ): void {
    // Above 0: up.
    let wish: number;
    let isTurned: boolean;
    if (name === 'grid') {
      wish = plan.level >= 1 ? -view.grid!.now : 0;
      isTurned = position !== null && position.sign * view.grid!.now >= 0;
    } else {
      const { direction, confidence } = view.said[name]!;
      const isSure = confidence.now >= trading.confidence && Math.abs(direction.now) >= trading.direction;
      wish = isSure ? direction.now : 0;
      isTurned = position !== null && -position.sign * direction.now > this.#settings.exit;
    }
    if (position && isTurned) this.exit[position.side]({ tag: name === 'grid' ? 'mean' : 'turned' });
    if (!(plan.factor > 0) || Number.isNaN(wish)) return;
    if (wish > 0) this.enter.long({ tag });
    else if (wish < 0 && this.canShort) this.enter.short({ tag });
  }

  override stake({ pair, proposed }: CallbackContext & { readonly proposed: number }): number {
    const { factor, parts } = this.store[pair] as PairPlan;
    return (proposed * factor) / parts;
  }

  override customStop({ pair, afterFill, position }: PositionContext & { readonly afterFill: boolean }): number | null {
    const { stop } = this.store[pair] as PairPlan;
    return afterFill && stop !== null && stop > 0 ? -stop * position.leverage : null;
  }

  override adjustPosition({ pair, position, entryTag }: PositionContext): Adjustment | null {
    const { level, parts } = this.store[pair] as PairPlan;
    const isFull = position.entries >= Math.min(level, parts);
    if (isFull || !entryTag?.endsWith('grid')) return null;
    return { stake: position.stake / position.entries, tag: `level ${position.entries + 1}` };
  }
}

function isOverdue(openTime: number, { time, closeTime }: Bar['candle'], hold: number | null): boolean {
  return hold !== null && closeTime - openTime >= hold * (closeTime - time);
}
