import { z } from 'zod';
import { callName, type FeatureDefinition, parseOptions, takesCandles } from './feature.ts';
import { FEATURE_GROUPS, FEATURES } from './library.ts';

/** File name -> text of the reference pages of all features: an index, and a page for each group. */
export function featurePages(): ReadonlyMap<string, string> {
  const pages = new Map<string, string>();
  const index: string[] = [];
  for (const group of Object.keys(FEATURE_GROUPS)) {
    const definitions = [...FEATURES.values()]
      .filter((e) => e.group === group)
      .map((e) => e.feature.definition)
      // Sorted: the order of a module's exports is its loader's.
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    index.push(
      `| [${group}](${group}.md) | ${definitions.length} | ${definitions.map((d) => `\`${d.name}\``).join(', ')} |`,
    );
    pages.set(`${group}.md`, `${NOTE}\n# Features: ${group}\n\n${definitions.map(section).join('\n')}`);
  }
  pages.set(
    'features.md',
    `${NOTE}
# Features

${FEATURES.size} features, by group. \`tidegate list features --search WORD\` finds them, \`tidegate show feature NAME\` shows one, \`tidegate compute -f NAME -i FILE\` computes it on a file.
How to use and combine them: [the guide](../../guides/features.md).

Three numbers stand with each, for its default options: **warm-up**, the leading rows without a value; **lookback**, the rows before the present one that it reads (what else it remembers is its state);
**settle**, the rows after which the start of history matters less than 1e-9 (∞: it always does).

| group | how many | features |
|---|---|---|
${index.join('\n')}
`,
  );
  return pages;
}

const NOTE = '<!-- Made by tests/architecture/write-feature-pages.ts from the features themselves; do not edit. -->\n';

function section(definition: FeatureDefinition): string {
  const defaults = parseOptions(definition, {}) as never;
  const warmups = definition.outputs.map((_, k) => definition.warmup(defaults, k));
  const warmup =
    new Set(warmups).size === 1
      ? String(warmups[0])
      : definition.outputs.map((o, k) => `${o} ${warmups[k]}`).join(', ');
  const settle = definition.settle(defaults);
  const inputs = takesCandles(definition) ? 'm.candles' : definition.inputs.join(', ');
  const call = `${callName(definition.name)}(${[inputs, ...definition.args].join(', ')})`;
  const facts = [
    ['formula', definition.source],
    ['units', definition.units],
    ['inputs', definition.inputs.join(', ')],
    ['outputs', definition.outputs.join(', ')],
    ['warm-up', warmup],
    ['lookback', String(definition.lookback(defaults))],
    ['settle', Number.isFinite(settle) ? String(settle) : '∞'],
  ] as const;
  const rows = facts.map(([name, value]) => `| ${name} | ${escaped(value)} |`).join('\n');
  return `## ${definition.name}\n\n${definition.doc}.\n\n\`${call}\`\n\n| | |\n|---|---|\n${rows}\n\n${optionsTable(definition)}\n`;
}

interface Property {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

function optionsTable({ options }: FeatureDefinition): string {
  const { properties = {} } = z.toJSONSchema(options, { io: 'input' }) as { properties?: Record<string, Property> };
  const rows = Object.entries(properties).map(
    ([name, p]) =>
      `| \`${name}\` | ${escaped(typeOf(p))} | ${p.default === undefined ? '' : `\`${JSON.stringify(p.default)}\``} |`,
  );
  return rows.length === 0 ? 'No options.' : `| option | type | default |\n|---|---|---|\n${rows.join('\n')}`;
}

function typeOf({ type, enum: names, minimum, exclusiveMinimum, maximum }: Property): string {
  if (names) return names.map((n) => JSON.stringify(n)).join(' or ');
  const low =
    minimum !== undefined ? `from ${minimum}` : exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : '';
  const high = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? `to ${maximum}` : '';
  return [type ?? 'any', low, high].filter(Boolean).join(' ');
}

const escaped = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
