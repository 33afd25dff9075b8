import type { Command } from 'commander';
import { didYouMean, UsageError } from '../foundation/errors.ts';
import { RECORD_KINDS, type RecordFlags } from './records/show-records.ts';
import type { ShowExchangeFlags } from './show-exchange.ts';

/** `tidegate show` */
export function registerShow(program: Command): void {
  program
    .command('show')
    .description("one strategy, feature, module or exchange in detail; a bot's trades, orders and decisions")
    .argument(
      '<kind>',
      'strategy, feature, exchange, or a module kind such as sizing; trades, orders, decisions, locks or explain',
    )
    .argument('[name]', 'name of the module or feature; number of a trade')
    .option('--userdir <dir>', 'user folder', 'user_data')
    .option('--db <file>', "a bot's database; absent: the one in the user folder that was written last")
    .option('--pair <pair>', 'only trades, orders or decisions on it; pair to run the cases of an exchange on')
    .option('--strategy <name>', 'only its trades')
    .option('--state <state>', 'only open or closed trades or orders')
    .option('--kind <kind>', 'only decisions of it: signal, veto, order, alert, …')
    .option('--limit <n>', 'the latest so many trades, orders or decisions (100)')
    .option('--json', 'one JSON document')
    .option('--market <kind>', 'exchange: spot or perpetual')
    .option('--run', 'exchange: run the acceptance cases; orders only with --testnet or --url')
    .option(
      '--testnet',
      "exchange: on its test network, with that network's keys (TIDEGATE_API_KEY, TIDEGATE_API_SECRET)",
    )
    .option('--url <address>', 'exchange: on a server that speaks its protocol, such as "tidegate replay"')
    .option('--only <list>', 'exchange: cases, such as O01,O07')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate show feature supertrend\n  tidegate show sizing kelly\n  tidegate show strategy EmaCross\n  tidegate show exchange okx\n  tidegate show exchange binanceusdm --run --testnet\n  tidegate show trades --state open\n  tidegate show decisions --kind veto --limit 20\n  tidegate show explain 12\n',
    )
    .action(show);
}

async function show(kind: string, name: string | undefined, flags: RecordFlags & ShowExchangeFlags): Promise<void> {
  const record = RECORD_KINDS.find((known) => known === kind);
  if (record) return (await import('./records/show-records.ts')).showRecords(record, name, flags);
  if (name === undefined)
    throw new UsageError('ARGUMENT_MISSING', `which ${kind} to show was not said`, {
      remedy: `Give its name; "tidegate list ${kind}" shows them.`,
    });
  if (kind === 'exchange') return (await import('./show-exchange.ts')).showExchange(name, flags);
  const described = await describe(kind, name, flags.userdir);
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(described)}\n`);
    return;
  }
  for (const [key, value] of Object.entries(described)) {
    const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
    process.stdout.write(`${key.padEnd(11)} ${text.replaceAll('\n', `\n${' '.repeat(12)}`)}\n`);
  }
}

async function describe(kind: string, name: string, userdir: string): Promise<Record<string, unknown>> {
  if (kind === 'feature') {
    const { FEATURES } = await import('../indicators/library.ts');
    const found = FEATURES.get(name);
    if (found) return describeFeature(found.feature.definition, found.group);
  }
  if (kind === 'strategy') return describeStrategy(name, userdir);
  const [{ loadRegistry }, { KINDS }, { optionsSchema }] = await Promise.all([
    import('../runtime/load-registry.ts'),
    import('../registry/kinds.ts'),
    import('../registry/registry.ts'),
  ]);
  if (!(kind in KINDS))
    throw new UsageError('KIND_UNKNOWN', `there is no kind "${kind}"`, {
      remedy:
        didYouMean(kind, ['strategy', 'exchange', ...RECORD_KINDS, ...Object.keys(KINDS)]) ||
        `Kinds: strategy, exchange, ${Object.keys(KINDS).join(', ')}.`,
    });
  const registry = await loadRegistry({ userdir, packages: [] });
  const { plugin, origin } = await registry.find(kind as keyof typeof KINDS, name);
  return { name: plugin.name, kind, doc: plugin.doc, version: plugin.version, origin, options: optionsSchema(plugin) };
}

type Definition = import('../indicators/feature.ts').FeatureDefinition;

async function describeFeature(definition: Definition, group: string): Promise<Record<string, unknown>> {
  const [{ z }, { callName, parseOptions, takesCandles }] = await Promise.all([
    import('zod'),
    import('../indicators/feature.ts'),
  ]);
  const options = parseOptions(definition, {});
  const given = takesCandles(definition)
    ? 'm.candles'
    : definition.inputs.map((_, k) => (k === 0 ? 'm.candles.close' : 'm.candles.volume')).join(', ');
  const values = definition.args.map((arg) => JSON.stringify(options[arg])).join(', ');
  return {
    name: definition.name,
    group,
    doc: definition.doc,
    call: `${callName(definition.name)}(${[given, values].filter(Boolean).join(', ')})`,
    inputs: definition.inputs,
    outputs: definition.outputs,
    units: definition.units,
    source: definition.source,
    warmup: `${definition.outputs.map((_, k) => definition.warmup(options as never, k)).join(', ')} rows with default options`,
    lookback: `${definition.lookback(options as never)} rows`,
    settle: `${definition.settle(options as never)} rows`,
    options: z.toJSONSchema(definition.options, { io: 'input' }),
  };
}

async function describeStrategy(name: string, userdir: string): Promise<Record<string, unknown>> {
  const { findStrategy } = await import('../runtime/find-strategy.ts');
  const source = await findStrategy(name, userdir);
  const strategy = source.create(source.parameters ? { parameters: source.parameters } : {});
  return {
    name: source.name,
    file: source.path,
    timeframe: strategy.timeframe,
    shorts: strategy.canShort ? 'yes, where the market allows it' : 'no',
    stoploss: strategy.stoploss,
    roi: strategy.minimalRoi,
    trailing: strategy.trailingStop,
    parameters: Object.fromEntries(
      Object.entries(strategy.declared).map(([key, p]) => [
        key,
        { ...p, value: source.parameters?.[key] ?? p.fallback },
      ]),
    ),
  };
}
