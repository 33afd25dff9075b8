import type { Command } from 'commander';
import { didYouMean, UsageError } from '../foundation/errors.ts';
import type { Registry } from '../registry/registry.ts';
import { CONFIG_OPTION, choiceOf, JSON_OPTION, listOf, URL_OPTION, userFolderOf, wholeOf } from './option-values.ts';
import { DECISIONS, RECORD_KINDS, type RecordFlags } from './records/show-records.ts';
import { registryOf } from './run-options.ts';
import type { ShowExchangeFlags } from './show-exchange.ts';

/** `tidegate show` */
export function registerShow(program: Command): void {
  program
    .command('show')
    .description("one strategy, feature, module or exchange in detail; a bot's trades, orders and decisions")
    .argument(
      '<kind>',
      'strategy, feature, exchange, or a module kind such as sizing; trades, orders, decisions, locks or explain; or just the name of a module or feature',
    )
    .argument('[name]', 'name of the module or feature; number of a trade')
    .option('--userdir <dir>', 'user folder', userFolderOf, 'user_data')
    .option(...CONFIG_OPTION)
    .option('--db <file>', "a bot's database; absent: the one in the user folder that was written last")
    .option('--pair <pair>', 'only trades, orders or decisions on it; pair to run the cases of an exchange on')
    .option('--strategy <name>', 'only its trades')
    .option('--state <state>', 'only open or closed trades or orders', choiceOf('--state', ['open', 'closed']))
    .option('--kind <kind>', 'only decisions of it: signal, veto, order, alert, …', choiceOf('--kind', DECISIONS))
    .option('--limit <n>', 'the latest so many trades, orders or decisions', wholeOf('--limit', 1), 100)
    .option(...JSON_OPTION)
    .option('--market <kind>', 'exchange: spot or perpetual', choiceOf('--market', ['spot', 'perpetual']))
    .option('--run', 'exchange: run the acceptance cases; orders only with --testnet or --url')
    .option(
      '--testnet',
      "exchange: on its test network, with that network's keys (TIDEGATE_API_KEY, TIDEGATE_API_SECRET)",
    )
    .option('--url <url>', `exchange: ${URL_OPTION[1]}`, URL_OPTION[2])
    .option('--only <list>', 'exchange: cases, such as O01,O07', listOf)
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate show supertrend\n  tidegate show feature volume\n  tidegate show sizing kelly\n  tidegate show strategy EmaCross\n  tidegate show exchange okx\n  tidegate show exchange binanceusdm --run --testnet\n  tidegate show trades --state open\n  tidegate show decisions --kind veto --limit 20\n  tidegate show explain 12\n',
    )
    .action(show);
}

type ShowFlags = RecordFlags & ShowExchangeFlags & { readonly config?: readonly string[] };

async function show(kind: string, name: string | undefined, flags: ShowFlags): Promise<void> {
  const record = RECORD_KINDS.find((known) => known === kind);
  if (record) return (await import('./records/show-records.ts')).showRecords(record, name, flags);
  if (name === undefined) return showNamed(kind, flags);
  if (kind === 'exchange') return (await import('./show-exchange.ts')).showExchange(name, flags);
  const described = await describe(kind, name, flags);
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(described)}\n`);
    return;
  }
  for (const [key, value] of Object.entries(described)) {
    const text = textOf(value);
    process.stdout.write(`${key.padEnd(11)} ${text.replaceAll('\n', `\n${' '.repeat(12)}`)}\n`);
  }
}

interface OptionsSchema {
  readonly properties?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A value as a person reads it: names in a row, options one per line. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((x) => typeof x === 'string')) return value.join(', ');
  const { properties } = (value ?? {}) as OptionsSchema;
  if (!properties) return JSON.stringify(value, null, 2);
  const width = Math.max(0, ...Object.keys(properties).map((key) => key.length));
  const lines = Object.entries(properties).map(([key, option]) => `${key.padEnd(width)}  ${optionText(option)}`);
  return lines.join('\n') || 'none';
}

/** `5 (integer, 2 to 100000): window in candles` */
function optionText(option: Readonly<Record<string, unknown>>): string {
  const { default: fallback, type, description, minimum, exclusiveMinimum, maximum, enum: names } = option;
  const low =
    minimum !== undefined ? `from ${minimum}` : exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : '';
  const high = Number(maximum ?? Number.POSITIVE_INFINITY) < Number.MAX_SAFE_INTEGER ? `to ${maximum}` : '';
  const kind = Array.isArray(names) ? names.map((x) => JSON.stringify(x)).join(' or ') : `${type ?? 'any'}`;
  const facts = [kind, [low, high].filter(Boolean).join(' ')].filter(Boolean).join(', ');
  const value = fallback === undefined ? 'no default' : JSON.stringify(fallback);
  return `${value} (${facts})${typeof description === 'string' ? `: ${description}` : ''}`;
}

/** Shows what the one word given is the name of. */
async function showNamed(word: string, flags: ShowFlags): Promise<void> {
  const [{ FEATURES, findFeature }, { KINDS }, { listStrategies }] = await Promise.all([
    import('../indicators/library.ts'),
    import('../registry/kinds.ts'),
    import('../runtime/find-strategy.ts'),
  ]);
  if (word in KINDS || word === 'strategy' || word === 'exchange')
    throw new UsageError('USAGE_ARGUMENT', `which ${word} to show was not said`, {
      remedy: `Give its name; "tidegate list ${word}" shows them.`,
    });
  const modules = (await registryOf(flags)).list();
  const features = findFeature(word) ? ['feature'] : [];
  const strategies = listStrategies(flags.userdir).some(({ name }) => name === word) ? ['strategy'] : [];
  const kinds = [
    ...new Set([...features, ...strategies, ...modules.filter((m) => m.name === word).map((m) => m.kind)]),
  ];
  if (kinds.length === 1) return show(kinds[0]!, word, flags);
  if (kinds.length > 1)
    throw new UsageError('USAGE_ARGUMENT', `${word} is a ${kinds.join(' and a ')}`, {
      remedy: `Say which: ${kinds.map((kind) => `"tidegate show ${kind} ${word}"`).join(' or ')}.`,
    });
  throw new UsageError('USAGE_NAME', `there is no module, feature or strategy "${word}"`, {
    remedy: didYouMean(word, [...modules.map((m) => m.name), ...FEATURES.keys()]) || '"tidegate list" shows the kinds.',
  });
}

async function describe(kind: string, name: string, flags: ShowFlags): Promise<Record<string, unknown>> {
  if (kind === 'feature') {
    const { findFeature } = await import('../indicators/library.ts');
    const found = findFeature(name);
    if (found) return describeFeature(found.feature.definition, found.group);
  }
  if (kind === 'strategy') return describeStrategy(name, flags.userdir);
  const [{ KINDS }, { optionsSchema }] = await Promise.all([
    import('../registry/kinds.ts'),
    import('../registry/registry.ts'),
  ]);
  if (!(kind in KINDS))
    throw new UsageError('USAGE_KIND', `there is no kind "${kind}"`, {
      remedy:
        didYouMean(kind, ['strategy', 'exchange', ...RECORD_KINDS, ...Object.keys(KINDS)]) ||
        `Kinds: strategy, exchange, ${Object.keys(KINDS).join(', ')}.`,
    });
  const registry = await registryOf(flags);
  const { plugin, origin } = await registry.find(kind as keyof typeof KINDS, name);
  const columns = kind === 'feature' && !plugin.doc.endsWith('(ticks)') ? await columnsOf(registry, name) : undefined;
  return {
    name: plugin.name,
    kind,
    doc: plugin.doc,
    version: plugin.version,
    origin,
    ...(columns && { columns }),
    options: optionsSchema(plugin),
  };
}

/** What a feature set gives with its default options. */
async function columnsOf(registry: Registry, name: string): Promise<readonly string[]> {
  const { declareMarket } = await import('../strategy/market.ts');
  const set = await registry.create('feature', { name });
  return Object.keys(set.define(declareMarket('A/B', '1h')));
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
