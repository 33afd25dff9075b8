import type { Config } from '../../config/schema.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { predictionScores } from '../../ml/scores/prediction-scores.ts';
import { pearsonMatrix } from '../../ml/selection/correlation.ts';
import { PipelineStrategy } from '../../strategy/pipeline/pipeline-strategy.ts';
import { type BacktestRun, backtest } from '../backtest.ts';
import type { BacktestOptions } from '../backtest-options.ts';

/** What a variant of the run came to. Money in stake currency. */
export interface Variant {
  readonly trades: number;
  /** Share of trades with a profit; NaN without trades. */
  readonly winRate: number;
  readonly profit: number;
  readonly fees: number;
}

/** An ensemble, as it is and without each member. */
export interface EnsembleStudy {
  readonly ensemble: string;
  /** Hit rate of the whole on rows that nobody had seen. */
  readonly hitRate: number;
  readonly members: readonly (Variant & {
    readonly member: string;
    readonly hitRate: number;
    readonly ownHitRate: number;
  })[];
  /** Pairs of members whose directions correlate above 0.9: they are one opinion. */
  readonly alike: readonly { readonly a: string; readonly b: string; readonly correlation: number }[];
}

/** What a strategy that learns is worth. */
export interface LearningStudy {
  readonly strategy: string;
  readonly isSynthetic: boolean;
  readonly run: Variant;
  readonly buyAndHold: number;
  readonly blocks: readonly {
    readonly block: string;
    readonly pair: string;
    readonly trainings: number;
    readonly auc: number;
    readonly hitRate: number;
    readonly upShare: number;
    readonly moved: number;
  }[];
  readonly gate: readonly (Variant & { readonly confidence: number })[];
  readonly ensembles: readonly EnsembleStudy[];
  /** The run at multiples of its fees, or of the spread where it pays none: what is decided does not change, what is left of it does. */
  readonly costs: readonly (Variant & { readonly factor: number })[];
  readonly costsOf: 'fees' | 'spread';
}

const ALIKE = 0.9;

/**
 * Runs a strategy gated at each confidence, without each member of its ensembles, and at other fees. Trainings are made once.
 * @param base the run as it is
 * @param options what a configuration becomes
 * @throws TidegateError LEARN_NO_BLOCK for a strategy that learns nothing
 */
export async function studyLearning(
  config: Config,
  { own, whole }: { readonly own: BacktestOptions; readonly whole: BacktestRun },
  options: (config: Config) => Promise<BacktestOptions>,
  gates: readonly number[],
  onProgress: (done: number) => void,
): Promise<LearningStudy> {
  if (whole.learning.length === 0 && whole.ribbons.length === 0)
    throw new TidegateError('LEARN_NO_BLOCK', `${own.strategies.map((s) => s.name).join(', ')} learns nothing`, {
      remedy: 'Declare train blocks with this.train({ … }), or use "tidegate backtest".',
    });
  const strategy = own.strategies[0]!.create(
    own.strategies[0]!.parameters ? { parameters: own.strategies[0]!.parameters } : {},
  );
  const ensembles = strategy instanceof PipelineStrategy ? strategy.ensembles : {};
  const members = Object.entries(ensembles).flatMap(([name, members]) => members.map((member) => ({ name, member })));
  const hasGate = 'confidence' in strategy.declared;
  const total = (hasGate ? gates.length : 0) + members.length + 2;
  let done = 0;
  const variant = async (changed: Config | BacktestOptions): Promise<BacktestRun> => {
    const run = await backtest('strategies' in changed ? changed : await options(changed));
    onProgress(++done / total);
    return run;
  };
  const gate: (Variant & { readonly confidence: number })[] = [];
  for (const confidence of hasGate ? gates : [])
    gate.push({
      confidence,
      ...figures(await variant({ ...config, parameters: { ...config.parameters, confidence } })),
    });
  const without = new Map<string, BacktestRun>();
  for (const { name, member } of members)
    without.set(`${name} ${member}`, await variant(leftOut(config, strategy as PipelineStrategy, name, member)));
  const run = figures(whole);
  const costsOf = run.trades > 0 && run.fees === 0 ? 'spread' : 'fees';
  const at = costsOf === 'fees' ? atFees : atSpread;
  const costs: (Variant & { readonly factor: number })[] = [];
  for (const factor of [0, 1, 2])
    costs.push({ factor, ...(factor === 1 ? run : figures(await variant(await at(own, factor)))) });
  return {
    strategy: own.strategies.map((s) => s.name).join(', '),
    isSynthetic: whole.result.inputs.dataKind === 'synthetic',
    run,
    buyAndHold: (whole.result.equity.buyAndHold.at(-1) ?? Number.NaN) - own.startingBalance,
    blocks: whole.learning.map(({ block, pair, trainings, scores }) => ({
      block,
      pair,
      trainings: trainings.length,
      auc: scores.auc,
      hitRate: scores.accuracy,
      upShare: scores.upShare,
      moved: scores.moved,
    })),
    gate,
    ensembles: Object.entries(ensembles).map(([name, names]) => ({
      ensemble: name,
      hitRate: ensembleHits(whole, name, names),
      members: names.map((member) => {
        const run = without.get(`${name} ${member}`)!;
        const rest = names.filter((other) => other !== member);
        return { member, ...figures(run), hitRate: ensembleHits(run, name, rest), ownHitRate: hitsOf(whole, member) };
      }),
      alike: alikeMembers(whole, names),
    })),
    costs,
    costsOf,
  };
}

function figures({ result, outcome: { finalBalance } }: BacktestRun): Variant {
  const { trades } = result;
  return {
    trades: trades.length,
    winRate: trades.filter((t) => t.profitAbs > 0).length / trades.length,
    profit: finalBalance - result.inputs.startingBalance,
    fees: trades.reduce((sum, t) => sum + t.fees, 0),
  };
}

function leftOut(config: Config, strategy: PipelineStrategy, name: string, member: string): Config {
  const given = (config.pipeline?.ensembles ?? strategy.given.ensembles) as Readonly<Record<string, object>>;
  return {
    ...config,
    pipeline: { ...config.pipeline, ensembles: { ...given, [name]: { ...given[name], without: member } } },
  };
}

async function atFees(options: BacktestOptions, factor: number): Promise<BacktestOptions> {
  if (options.fee !== undefined) return { ...options, fee: options.fee * factor };
  const specs = { ...options.specs };
  for (const pair of options.pairs) {
    const { spec } = await options.data.specAt(options.exchange, pair, options.from ?? 0);
    specs[pair] = { ...spec, makerFee: spec.makerFee * factor, takerFee: spec.takerFee * factor };
  }
  return { ...options, specs };
}

function atSpread({ costs, ...options }: BacktestOptions, factor: number): BacktestOptions {
  const { spreadBps, quotedSpread = 1 } = costs;
  return { ...options, costs: { ...costs, spreadBps: spreadBps * factor, quotedSpread: quotedSpread * factor } };
}

function hitsOf({ learning }: BacktestRun, block: string): number {
  const own = learning.filter((b) => b.block === block);
  const moved = own.reduce((sum, b) => sum + b.scores.moved, 0);
  return own.reduce((sum, b) => sum + b.scores.accuracy * b.scores.moved, 0) / moved;
}

/** Hits of an ensemble's direction against the label of its first member. */
function ensembleHits({ learning, result }: BacktestRun, name: string, members: readonly string[]): number {
  let hits = 0;
  let moved = 0;
  for (const { pair, block, target, classes } of learning) {
    if (block !== members[0]) continue;
    const market = result.market.get(pair)!;
    const direction = market.features[`said.${name}.direction`];
    if (!direction) continue;
    const tail = target.slice(target.length - direction.length);
    const none = new Float64Array(direction.length).fill(Number.NaN);
    const scores = predictionScores({ direction, confidence: none, volatility: none }, tail, classes);
    hits += scores.accuracy * scores.moved;
    moved += scores.moved;
  }
  return hits / moved;
}

function alikeMembers({ learning }: BacktestRun, members: readonly string[]): EnsembleStudy['alike'] {
  const found = new Map<string, { a: string; b: string; correlation: number }>();
  for (const pair of new Set(learning.map((b) => b.pair))) {
    const said = members.map((m) => learning.find((b) => b.block === m && b.pair === pair)?.said.direction);
    if (said.some((s) => s === undefined)) continue;
    const columns = said as Float64Array[];
    const rows = Array.from(columns[0]!.keys()).filter((i) => columns.every((c) => !Number.isNaN(c[i]!)));
    if (rows.length < 10) continue;
    const matrix = pearsonMatrix(columns.map((c) => Float64Array.from(rows, (i) => c[i]!)));
    for (let a = 0; a < members.length; a++)
      for (let b = a + 1; b < members.length; b++) {
        const correlation = matrix[a]![b]!;
        const key = `${members[a]} ${members[b]}`;
        if (correlation > Math.max(ALIKE, found.get(key)?.correlation ?? 0))
          found.set(key, { a: members[a]!, b: members[b]!, correlation });
      }
  }
  return [...found.values()];
}
