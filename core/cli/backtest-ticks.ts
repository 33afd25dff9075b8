import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TickRun } from '../runtime/tick-run.ts';
import { configOf, dataFolder, type RunFlags } from './run-options.ts';

export interface TickFlags extends RunFlags {
  readonly out?: string;
  readonly json?: boolean;
  readonly report?: boolean;
}

/** `tidegate backtest --ticks`, and `tidegate ticks run`. */
export async function backtestTicks(flags: TickFlags): Promise<void> {
  const config = await configOf(flags);
  const [
    { TidegateError, UsageError },
    { openCatalogue },
    { findStrategy },
    { findTicks },
    { runTicks },
    { tickKeys },
  ] = await Promise.all([
    import('../foundation/errors.ts'),
    import('../data/catalogue/catalogue.ts'),
    import('../runtime/find-strategy.ts'),
    import('../runtime/tick-source.ts'),
    import('../runtime/tick-run.ts'),
    import('../data/ticks/tick-store.ts'),
  ]);
  const { parseTimerange } = await import('../config/timerange.ts');
  const { executionModules } = await import('../runtime/execution-runner.ts');
  const { loadRegistry } = await import('../runtime/load-registry.ts');
  const names = config.strategy === undefined ? [] : [config.strategy].flat();
  if (names.length !== 1)
    throw new UsageError('CONFIG_VALUE', `a run on ticks takes one strategy, not ${names.length}`, {
      remedy: 'Use --strategy NAME.',
    });
  const source = await findStrategy(names[0]!, flags.userdir, config.parameters);
  const data = await openCatalogue(dataFolder(flags, config));
  const stored = await tickKeys(data.root);
  const pairs = config.pairs ?? [...new Set(stored.map((key) => key.pair))];
  if (pairs.length !== 1)
    throw new TidegateError('CONFIG_VALUE', `a run on ticks takes one pair, not ${pairs.length}`, {
      where: data.root,
      remedy:
        stored.length > 0
          ? `Use --pairs; stored are ${stored.map((k) => k.pair).join(', ')}.`
          : 'Run "tidegate ticks import" first.',
    });
  const pair = pairs[0]!;
  const exchange =
    config.exchange ??
    stored.find((key) => key.pair === pair)?.exchange ??
    (await data.list()).find((s) => s.pair === pair)?.exchange ??
    'binance';
  const ticks = await findTicks(data, { exchange, pair }, config.timerange ? parseTimerange(config.timerange) : {});
  const { spec, assumed } = await data.specAt(exchange, pair, ticks.originMs);
  const registry = await loadRegistry({ userdir: flags.userdir, packages: config.plugins });
  const { sampleMs, ...venue } = config.ticks;
  const { orderToTradeRatio, ...limits } = venue.limits;
  const run = await runTicks({
    source,
    exchange,
    pair,
    spec: config.fee === undefined ? spec : { ...spec, makerFee: config.fee, takerFee: config.fee },
    specAssumed: assumed,
    ...ticks,
    venue: { ...venue, limits: { ...limits, ...(orderToTradeRatio !== undefined && { orderToTradeRatio }) } },
    stakeCurrency: config.stakeCurrency,
    startingBalance: config.startingBalance,
    stakeAmount: config.stakeAmount,
    tradableBalanceRatio: config.tradableBalanceRatio,
    ...(config.sizing && { sizing: await registry.create('sizing', config.sizing, 'sizing') }),
    risk: await Promise.all(config.risk.map((choice, k) => registry.create('risk', choice, `risk[${k}]`))),
    execution: (strategy) => executionModules(registry, config.execution, [{ name: source.name, strategy }]),
    sampleMs,
    settings: {
      ticks: ticks.hash,
      sizing: config.sizing ?? null,
      risk: config.risk,
      execution: config.execution ?? null,
    },
    dataKind: exchange === 'synthetic' ? 'synthetic' : 'real',
  });
  process.stdout.write(flags.json ? `${JSON.stringify(documentOf(run))}\n` : tableOf(run));
  if (!flags.out) return;
  mkdirSync(flags.out, { recursive: true });
  writeFileSync(join(flags.out, 'result.json'), JSON.stringify(documentOf(run)));
  if (flags.report === false) return;
  const { renderTickPage } = await import('../report/ticks/render-tick-page.ts');
  const { tickPageData } = await import('../runtime/tick-page-data.ts');
  const page = join(flags.out, 'report.html');
  writeFileSync(page, renderTickPage(tickPageData(run)));
  if (!flags.json) process.stdout.write(`report ${page}\n`);
}

/** The JSON document of a run: typed arrays as lists. */
function documentOf({ result }: TickRun): unknown {
  return { ...result, equity: { time: [...result.equity.time], value: [...result.equity.value] } };
}

function tableOf({ result }: TickRun): string {
  const { split, messages, markouts } = result;
  const n = (x: number, digits = 2) => (Number.isFinite(x) ? x.toFixed(digits) : 'n/a');
  const gates = Object.entries(result.decisionCounts)
    .sort((a, b) => b[1].refused - a[1].refused)
    .slice(0, 12)
    .map(([key, c]) => `  ${key}: ${c.passed} passed, ${c.refused} refused`);
  return [
    `${result.strategy} on ${result.pair}, ${new Date(result.from).toISOString()} to ${new Date(result.to).toISOString()}`,
    `balance ${n(result.startingBalance)} -> ${n(result.finalBalance)}, ${result.trades.length} trades, ${result.fills.length} fills`,
    `split   spread ${n(split.spread)}, inventory ${n(split.inventory)}, fees ${n(-split.fees)}, funding ${n(split.funding)}, total ${n(split.total)}`,
    `markout ${markouts.map((m) => `${m.seconds} s ${n(m.bps)} bps`).join(', ')}`,
    `messages ${messages.requests}, ${n(messages.orderToTradeRatio, 1)} per fill, ${messages.held} held back`,
    ...(gates.length > 0 ? ['gates', ...gates] : []),
    `hash ${result.hash.slice(0, 16)} inputs ${result.inputHash.slice(0, 16)}`,
    ...result.notes.map((note) => `note: ${note}`),
    '',
  ].join('\n');
}
