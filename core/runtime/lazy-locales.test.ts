import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { lazyLocales } from './lazy-locales.ts';
import { packageRoot } from './package-root.ts';

const list = `${pathToFileURL(packageRoot()).href}/node_modules/zod/v4/locales/index.js`;

it("gives every language of zod's, loaded on call", async () => {
  const eager = (await import(list)) as Record<string, () => { localeError: (issue: object) => unknown }>;
  const url = lazyLocales(list)!;
  const lazy = (await import(/* @vite-ignore */ url)) as typeof eager;
  expect(Object.keys(lazy).sort()).toEqual(Object.keys(eager).sort());
  const issue = { code: 'too_small', origin: 'number', minimum: 3, inclusive: true, input: 1 };
  for (const name of Object.keys(eager))
    expect(lazy[name]!().localeError(issue), name).toEqual(eager[name]!().localeError(issue));
});

it('leaves other modules alone', () => {
  expect(lazyLocales(list.replace('locales/index.js', 'core/index.js'))).toBeNull();
});
