import { readFileSync } from 'node:fs';

const FILE = /\/node_modules\/zod\/v4\/locales\/index\.js$/;
const LINE = /^export \{ default as (\w+) \} from ("\.\/[\w-]+\.js");$/;

/**
 * URL of a module with the same names as zod's list of languages, each of which is loaded when its function is called: half of zod's hundred files
 * are languages that nobody asks for. Null for any other URL, and where that file is not as it was known.
 */
export function lazyLocales(url: string): string | null {
  if (!FILE.test(url)) return null;
  const lines = readFileSync(new URL(url), 'utf8').trim().split('\n');
  const found = lines.map((line) => LINE.exec(line.trim()));
  if (found.some((match) => match === null)) return null;
  const source = [
    "import { createRequire } from 'node:module';",
    `const load = createRequire(${JSON.stringify(url)});`,
    ...found.map((match) => `export const ${match![1]} = (...given) => load(${match![2]}).default(...given);`),
  ];
  return `data:text/javascript,${encodeURIComponent(source.join('\n'))}`;
}
