import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { syntheticInputs } from '../testing/feature-contract.ts';
import { featurePages } from './describe-features.ts';
import { runFeature } from './feature.ts';
import { FEATURES } from './library.ts';

const FOLDER = fileURLToPath(new URL('../../docs/reference/features/', import.meta.url));

it('the pages in docs are up to date: run "node tests/architecture/write-feature-pages.ts"', () => {
  const pages = featurePages();
  expect(readdirSync(FOLDER).sort()).toEqual([...pages.keys()].sort());
  for (const [name, text] of pages) expect(readFileSync(FOLDER + name, 'utf8'), name).toBe(text);
});

it('every feature has a doc line, a source and units, on one line each', () => {
  for (const { feature } of FEATURES.values())
    for (const text of [feature.definition.doc, feature.definition.source, feature.definition.units])
      expect(text, feature.definition.name).toMatch(/^\S.*\S$|^\S$/);
});

/** Outputs that are another feature's at default options, by design. */
const TWINS = new Set(['ma', 'mavp', 'macdext', 'macdfix', 'apo', 'sarext', 'sma', 'macd']);

it('at least 200 differ from every other, library-wide, on data like that of a market', () => {
  const seen = new Map<string, string>();
  for (const { feature } of FEATURES.values()) {
    const { definition } = feature;
    const inputs = syntheticInputs(definition, 6000, 5);
    for (const [k, name] of definition.inputs.entries())
      if (name === 'time') for (let i = 0; i < 6000; i++) inputs[k]![i] = Date.UTC(2024, 1, 27) + i * 1_800_000;
    const outputs = runFeature(definition, {}, inputs).map((x) => x.subarray(-5000));
    const values = outputs[0]!;
    const key = outputs.map((o) => Array.from(o, (x) => (Number.isNaN(x) ? '' : x.toPrecision(9))).join()).join(';');
    const isConstant = values.every((x) => x === values[0] || Number.isNaN(x));
    if (isConstant) continue;
    if (!TWINS.has(definition.name)) expect(seen.get(key), `${definition.name} repeats`).toBeUndefined();
    seen.set(key, definition.name);
  }
  expect(seen.size).toBeGreaterThanOrEqual(200);
});
