import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { BacktestFile } from './backtests.ts';
import { difference } from './compare.ts';
import type { Scenario } from './scenarios.ts';
import type { VectorFile, VectorHandler, Verdict } from './types.ts';

type Handlers = Readonly<Record<string, VectorHandler>>;

/** A group of vectors (`meta.group`) and what computes its cases, by `fn` or `kind`; `*` takes every case. */
export interface Group {
  readonly name: string;
  readonly handlers: () => Promise<Handlers>;
}

/** Groups, or functions of a group by name (one that is not among them has no handler), whose capability is not built yet. */
export const PENDING: Readonly<Record<string, string>> = {
  deep_layers: 'deep models',
  'exchange_math:AVERAGE_ENTRY': 'risk and sizing',
  'exchange_math:KELLY': 'risk and sizing',
  'exchange_math:KELLY_EMPIRICAL': 'risk and sizing',
  'exchange_math:KELLY_GAUSSIAN': 'risk and sizing',
  'exchange_math:LIQ_PROBABILITY': 'risk and sizing',
  'exchange_math:PNL': 'risk and sizing',
  'exchange_math:PORTFOLIO': 'risk and sizing',
  'exchange_math:RISK_SIZING': 'risk and sizing',
  'exchange_math:VOL_SIZING': 'risk and sizing',
};

const GROUPS: Readonly<Record<string, () => Promise<{ readonly handlers: Handlers }>>> = {
  indicators_talib: () => import('./talib.ts'),
  candles_talib: () => import('./candles.ts'),
  indicators_pandas: () => import('./pandas.ts'),
  microstructure: () => import('./microstructure.ts'),
  metrics: () => import('./metrics.ts'),
  trees: () => import('./trees.ts'),
  exchange_math: () => import('./exchange-math.ts'),
  hpo: () => import('./hpo.ts'),
  garch: () => import('./garch.ts'),
  har_rv: () => import('./har.ts'),
  hmm: () => import('./hmm.ts'),
  selection_labels: () => import('./selection.ts'),
};

/** The group of a file, by what it says of itself; undefined when it is none that we know. */
export function groupOf(file: VectorFile, path: string): Group | undefined {
  let name = String(file.meta?.group ?? basename(path, '.json'));
  // The pattern file calls itself indicators_talib too; its cases list non-zero rows.
  if (name === 'indicators_talib' && file.cases?.[0] && 'expected_nonzero' in file.cases[0]) name = 'candles_talib';
  if (name === 'deep') name = 'deep_layers';
  if (name in PENDING && !(name in GROUPS)) return { name, handlers: async () => ({}) };
  const load = Object.hasOwn(GROUPS, name) ? GROUPS[name] : undefined;
  return load && { name, handlers: async () => (await load()).handlers };
}

interface Outcome {
  readonly id: string;
  readonly state: 'passed' | 'failed';
  readonly computed?: unknown;
  readonly why?: string;
}

interface WholeOutcome {
  readonly outcomes: Outcome[];
}

interface Comparison {
  readonly computed: unknown;
  readonly passed: boolean;
  readonly mismatches: readonly string[];
}

/** Files that are one run, or a list of scenarios, rather than cases. */
export async function wholeFile(
  file: Record<string, unknown>,
  path: string,
  places: { readonly dataFolder: string },
): Promise<WholeOutcome | undefined> {
  if (Array.isArray(file.scenarios)) {
    const { runScenario } = await import('./scenarios.ts');
    const { runScenarioThroughBacktest } = await import('./scenarios-through-backtest.ts');
    const outcomes: Outcome[] = [];
    for (const [k, scenario] of (file.scenarios as Scenario[]).entries())
      outcomes.push(
        await outcome(scenario?.name ?? `scenarios[${k}]`, async () =>
          both(runScenario(scenario), await runScenarioThroughBacktest(scenario)),
        ),
      );
    if (outcomes.length === 0) outcomes.push({ id: basename(path), state: 'failed', why: 'no scenarios in it' });
    return { outcomes };
  }
  if (Array.isArray(file.trades) && Array.isArray(file.dataFiles)) {
    const { runBacktestFile } = await import('./backtests.ts');
    const { runBacktestFileThroughStrategies } = await import('./backtests-through-strategies.ts');
    const run = file as unknown as BacktestFile;
    return {
      outcomes: [
        await outcome(String(file.name ?? basename(path, '.json')), async () =>
          both(runBacktestFile(run, places.dataFolder), await runBacktestFileThroughStrategies(run, places.dataFolder)),
        ),
      ],
    };
  }
  if (Array.isArray(file.requests) && typeof file.events === 'string') {
    const { expectedLines, runHftFile } = await import('./hft.ts');
    return {
      outcomes: [
        await outcome(String(file.name ?? basename(path)), () => {
          if (!existsSync(join(dirname(path), file.events as string)))
            return { computed: null, passed: false, mismatches: [`its events ${file.events} are missing`] };
          const run = runHftFile(file, dirname(path));
          // Times are compared to the nanosecond as text: they are beyond what a double holds.
          const wanted = expectedLines(readFileSync(path, 'utf8')).sort();
          const got = [...run.exact].sort();
          const at = wanted.findIndex((line, k) => line !== got[k]);
          const mismatches =
            at >= 0
              ? [`${got[at]} instead of ${wanted[at]}`]
              : got.length !== wanted.length
                ? [`${got.length} lines instead of ${wanted.length}`]
                : [];
          const other = difference(run.computed.final, file.final, { rtol: 1e-9, atol: 1e-9 }, 'final');
          if (other) mismatches.push(other);
          return { computed: run.computed, passed: mismatches.length === 0, mismatches };
        }),
      ],
    };
  }
  if (file.train && file.test && file.expected) {
    const trees = await import('./trees.ts');
    const handler = trees.handlers[`train_${String((file.meta as { task?: string }).task)}`];
    if (!handler) return undefined;
    return {
      outcomes: [
        await outcome(basename(path, '.json'), async () => {
          const { computed, passed, why } = (await handler(file as never, file as never)) as Verdict;
          return { computed, passed, mismatches: why ? [why] : [] };
        }),
      ],
    };
  }
  return undefined;
}

/** The profile run on plain signals, and the same through strategy classes and `backtest()`: both must agree with the file. */
function both(direct: Comparison, through: Comparison): Comparison {
  return {
    computed: through.computed,
    passed: direct.passed && through.passed,
    mismatches: [
      ...direct.mismatches.map((text) => `profile: ${text}`),
      ...through.mismatches.map((text) => `through backtest(): ${text}`),
    ],
  };
}

async function outcome(id: string, run: () => Comparison | Promise<Comparison>): Promise<Outcome> {
  try {
    const { computed, passed, mismatches } = await run();
    return {
      id,
      state: passed ? 'passed' : 'failed',
      computed,
      ...(!passed && { why: mismatches.slice(0, 3).join('; ') }),
    };
  } catch (error) {
    return { id, state: 'failed', why: `threw: ${error instanceof Error ? error.message : String(error)}` };
  }
}
