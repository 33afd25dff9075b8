import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const folder = new URL('docs/decisions/', root);
const pages = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));

it('each package that is depended on has a page of decisions that names it', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    readFileSync(new URL('package.json', root), 'utf8'),
  ) as Record<string, Record<string, string>>;
  const named = new Set(pages.flatMap((page) => /^\*\*Packages\.\*\* (.+)$/m.exec(page)?.[1]?.split(', ') ?? []));
  const used = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect(used.filter((name) => !name.startsWith('@types/') && !named.has(name))).toEqual([]);
  expect([...named].filter((name) => !used.includes(name))).toEqual([]);
});

it('pages of decisions are numbered once each', () => {
  const numbers = readdirSync(folder).map((name) => name.slice(0, 4));
  expect(numbers.filter((number, k) => numbers.indexOf(number) < k)).toEqual([]);
});
