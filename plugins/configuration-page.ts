import { z } from 'zod';
import { configSchema } from '../core/config/schema.ts';
import { cell, type Property, typeOf } from './option-type.ts';

/** The reference page of the configuration: a row per setting, from the schema that checks it. */
export function configurationPage(): string {
  const { properties = {} } = z.toJSONSchema(configSchema, { io: 'input' }) as Property;
  const rows = Object.entries(properties).filter(([name]) => name !== '$schema');
  const isSection = ([, p]: [string, Property]) => rowsOf('', p).length > 0;
  const flat = rows.filter((row) => !isSection(row)).map(([name, p]) => rowOf(name, p));
  const sections = rows
    .filter(isSection)
    .map(([name, p]) => `## ${name}\n\n${p.description ? `${upper(p.description)}.\n\n` : ''}${table(rowsOf('', p))}`);
  return `<!-- Made by plugins/configuration-page.ts from the schema; do not edit. -->\n\n# Configuration\n\nEvery setting. How files, environment and command line add up: [configuration](../guides/configuration.md).\n\n${table(flat)}\n${sections.join('\n')}`;
}

type Row = readonly string[];

const rowOf = (path: string, p: Property): Row => [
  `\`${path}\``,
  typeOf(p),
  p.default === undefined || (typeof p.default === 'object' && Object.keys(p.default as object).length === 0)
    ? ''
    : `\`${JSON.stringify(p.default)}\``,
  cell(p.description ?? ''),
];

/** The settings inside a table: of a list, those of its items; of a choice between tables, those of each, by the word that chooses it. */
function rowsOf(path: string, p: Property): Row[] {
  if (p.properties)
    return Object.entries(p.properties).flatMap(([name, inner]) => {
      const here = path === '' ? name : `${path}.${name}`;
      const within = rowsOf(here, inner);
      return within.length > 0 ? [rowOf(here, inner), ...within] : [rowOf(here, inner)];
    });
  if (p.items) return rowsOf(`${path}[]`, p.items);
  const tables = (p.anyOf ?? p.oneOf ?? []).filter((one) => one.properties && hasNamed(one));
  return tables.flatMap((one) => {
    const [, chosen] = Object.entries(one.properties!).find(([, q]) => q.const !== undefined) ?? [];
    return rowsOf(chosen === undefined ? path : `${path}(${chosen.const})`, {
      properties: Object.fromEntries(Object.entries(one.properties!).filter(([, q]) => q.const === undefined)),
    });
  });
}

/** More than the name of a module: that is in the pages of modules. */
const hasNamed = ({ properties = {} }: Property) => Object.keys(properties).some((name) => name !== 'name');

const table = (rows: readonly Row[]) =>
  `| setting | type | default | |\n|---|---|---|---|\n${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;

const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
