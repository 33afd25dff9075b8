import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A code with the first words that it is raised with, and the folders that raise it. */
export interface ErrorCode {
  readonly code: string;
  readonly what: string;
  readonly folders: readonly string[];
}

/** A code at the start of an error, or of a record that one is made of; then its words, if they stand there. */
const RAISED = /(?:new (?:TidegateError|UsageError)\(|\brefuse\(|\bcode:)\s*'([A-Z]+_[A-Z0-9_]+)',\s*(?:what:\s*)?/g;

/** Every code that `core` and `plugins` raise, read from the sources. */
export function errorCodes(): ErrorCode[] {
  const found = new Map<string, { what: string; folders: Set<string> }>();
  for (const path of [...sources(join(root, 'core')), ...sources(join(root, 'plugins'))]) {
    const text = readFileSync(path, 'utf8');
    for (const match of text.matchAll(RAISED)) {
      const at = match.index + match[0].length;
      const what = /['"`]/.test(text[at]!) ? wordsAt(text, at) : '…';
      const entry = found.get(match[1]!) ?? { what, folders: new Set() };
      if (entry.what === '…') entry.what = what;
      entry.folders.add(relative(root, path).split('/').slice(0, 2).join('/'));
      found.set(match[1]!, entry);
    }
  }
  return [...found]
    .map(([code, { what, folders }]) => ({ code, what, folders: [...folders].sort() }))
    .sort((a, b) => a.code.localeCompare(b.code));
}

/** An error as it is made: its class, its code where that stands there, and all that it is made with. */
export interface Raised {
  readonly path: string;
  readonly type: string;
  readonly code: string | undefined;
  readonly text: string;
}

/** Every error of ours that `core` and `plugins` make, read from the sources. */
export function raisedErrors(): Raised[] {
  return [...sources(join(root, 'core')), ...sources(join(root, 'plugins'))].flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    return [...text.matchAll(/new (TidegateError|UsageError)\(/g)].map((match) => {
      const from = match.index + match[0].length;
      const made = text.slice(from, endOfExpression(text, from));
      return { path: relative(root, path), type: match[1]!, code: /^\s*'([A-Z0-9_]+)'/.exec(made)?.[1], text: made };
    });
  });
}

/** What looks like a code of an area that has codes, wherever it stands. Exchanges' own words are left out. */
export function codeLikeWords(): string[] {
  const areas = new Set(errorCodes().map(({ code }) => code.split('_')[0]));
  const texts = ['core', 'plugins']
    .flatMap((folder) => sources(join(root, folder)))
    .filter((path) => !path.includes('/exchange/'))
    .map((path) => readFileSync(path, 'utf8'));
  const words = texts.flatMap((text) => [...text.matchAll(/'([A-Z]+(?:_[A-Z0-9]+)+)'/g)].map((match) => match[1]!));
  return [...new Set(words)].filter((word) => areas.has(word.split('_')[0]));
}

/** The page `docs/reference/errors.md`. */
export function errorsPage(): string {
  const rows = errorCodes().map(({ code, what, folders }) => `| \`${code}\` | ${what} | ${folders.join(', ')} |`);
  return `# Errors\n\nEvery error that users meet has a code, says what was wrong (value received, value expected), where, and what to do. \`--debug\` adds the\nstack. Exit codes: 1 for a failure, 2 for wrong use. This page is generated from the sources (\`node tests/architecture/write-errors.ts\`).\n\n| code | what it says | raised in |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

/** The words of the literal that begins at `at`; what is filled in becomes "…", however many literals are inside it. */
function wordsAt(text: string, at: number): string {
  const quote = text[at];
  let words = '';
  for (let k = at + 1; text[k] !== quote; k++) {
    if (text[k] === '\\') words += text[++k];
    else if (quote === '`' && text.startsWith('${', k)) {
      words += '…';
      k = endOfExpression(text, k + 2);
    } else words += text[k];
  }
  return words.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();
}

/** Where the bracket closes that was opened before `at`. */
function endOfExpression(text: string, at: number): number {
  let k = at;
  for (let depth = 1; ; k++) {
    const c = text[k]!;
    if ('({['.includes(c)) depth++;
    else if (')}]'.includes(c) && --depth === 0) return k;
    else if (c === "'" || c === '"' || c === '`') k = endOfLiteral(text, k);
  }
}

function endOfLiteral(text: string, at: number): number {
  let k = at + 1;
  for (; text[k] !== text[at]; k++) {
    if (text[k] === '\\') k++;
    else if (text[at] === '`' && text.startsWith('${', k)) k = endOfExpression(text, k + 2);
  }
  return k;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sources(path);
      return entry.name.endsWith('.ts') && !/\.(test|test-d)\.ts$/.test(entry.name) ? [path] : [];
    });
}
