import type { Command } from 'commander';
import { didYouMean, UsageError } from '../foundation/errors.ts';

/** `tidegate show` */
export function registerShow(program: Command): void {
  program
    .command('show')
    .description('one strategy, feature or module in detail')
    .argument('<kind>', 'strategy, feature, or a module kind such as sizing')
    .argument('<name>')
    .option('--userdir <dir>', 'user folder', 'user_data')
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate show feature supertrend\n  tidegate show sizing kelly\n  tidegate show strategy EmaCross\n',
    )
    .action(show);
}

async function show(
  kind: string,
  name: string,
  flags: { readonly userdir: string; readonly json?: boolean },
): Promise<void> {
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
        didYouMean(kind, ['strategy', ...Object.keys(KINDS)]) || `Kinds: strategy, ${Object.keys(KINDS).join(', ')}.`,
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
