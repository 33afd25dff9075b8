import type { PositionView } from '../domain/views.ts';
import { didYouMean, TidegateError } from '../foundation/errors.ts';
import { Series } from '../indicators/series.ts';
import type { Strategy } from './strategy.ts';

const POSITION: readonly (keyof PositionView)[] = [
  ...(['pair', 'side', 'sign', 'amount', 'openRate', 'openTime', 'leverage', 'stake', 'entryTag', 'entries'] as const),
  ...(['exits', 'stopRate', 'liquidationRate', 'bestRate', 'profitRatio'] as const),
];
const BAR = ['f', 'pair', 'time', 'candle', 'position', 'account', 'store'];
/** What may be read of what a bar holds; a feature's views are read as `now`, `prev`, `at(…)` and `last(…)`. */
const OF_BAR: Readonly<Record<string, readonly string[]>> = {
  candle: ['time', 'closeTime', 'open', 'high', 'low', 'close', 'volume'],
  position: POSITION,
  account: ['equity', 'free', 'openPositions'],
};
const OF_VIEW = ['now', 'prev', 'at', 'last', 'valueOf', 'toString'];
const OF_ANYTHING = ['toString', 'valueOf', 'hasOwnProperty'];

/**
 * Refuses reads of parameters, and in `onCandle` of the bar, that nothing answers, by the text: in JavaScript they are `undefined`, and what is compared with that is silently
 * false. Only names that come straight out of the bar are looked at, and only where nothing else in the callback bears them.
 * @param declared what `features()` returned
 * @throws TidegateError STRATEGY_NAME
 */
export function checkReads(strategy: Strategy, name: string, declared: Readonly<Record<string, unknown>>): void {
  if (CHECKED.has(strategy)) return;
  CHECKED.add(strategy);
  const refuse = (read: string, what: string, there: readonly string[], where = '.onCandle'): never => {
    throw new TidegateError('STRATEGY_NAME', `${name}${where} reads ${read}, and there is no such ${what}`, {
      remedy: `${didYouMean(read.split('.').at(-1)!, there)} There is: ${there.join(', ') || 'none'}.`.trim(),
    });
  };
  const all = codeOf(strategy.constructor);
  for (const [field, values] of Object.entries(strategy)) {
    if (!strategy.isTuned(values)) continue;
    for (const [first, second] of readsOf(all, `this.${field}`)) {
      const value = values[first] as unknown;
      if (value === undefined && !has([], first) && !isAskedFor(all, `this.${field}`, first))
        refuse(`this.${field}.${first}`, 'parameter', Object.keys(values), '');
      // A choice has values of any kind. An alternative shows the parameters of the branch that is chosen: its text names those of all.
      if (first in strategy.declared || second === undefined) continue;
      if (typeof value !== 'object' || value === null || 'kind' in value) continue;
      if (!has(Object.keys(value), second))
        refuse(`this.${field}.${first}.${second}`, 'parameter', Object.keys(value), '');
    }
  }
  if (typeof strategy.onCandle !== 'function') return;
  const text = codeOf(strategy.onCandle);
  for (const [from, local] of localNames(text)) {
    if (from === 'bar')
      for (const [first] of readsOf(text, local))
        if (!has(BAR, first)) refuse(`${local}.${first}`, 'part of a bar', BAR);
    const known = OF_BAR[from];
    if (known)
      for (const [first] of readsOf(text, local)) if (!has(known, first)) refuse(`${local}.${first}`, 'name', known);
    if (from !== 'f') continue;
    for (const [first, second] of readsOf(text, local)) {
      const series = declared[first];
      if (series === undefined && !has([], first) && !isAskedFor(text, local, first))
        refuse(`${local}.${first}`, 'feature', Object.keys(declared));
      if (series instanceof Series && second !== undefined && !has(OF_VIEW, second))
        refuse(`${local}.${first}.${second}`, 'value of a feature', OF_VIEW.slice(0, 4));
    }
  }
}

const CHECKED = new WeakSet<Strategy>();

const has = (names: readonly string[], one: string): boolean => names.includes(one) || OF_ANYTHING.includes(one);

/**
 * A function's text with comments and strings blanked; what a template computes goes with it. Empty where one template stands within another: which
 * of it is code cannot be told.
 */
export function codeOf(made: unknown): string {
  const text = String(made);
  if (/\$\{[^}`]*`/.test(text)) return '';
  return text.replace(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g,
    (words) => (words.startsWith('/') ? ' ' : '""'),
  );
}

/** The first parameter in a function's code: what stands within its braces, or its name. Arrow functions without parentheses have neither. */
export function firstParameter(code: string): {
  readonly pattern: string | undefined;
  readonly name: string | undefined;
} {
  const head = /^[^({=]*\(\s*/.exec(code)?.[0];
  const rest = head === undefined ? '' : code.slice(head.length);
  return { pattern: /^\{([^{}]*)\}/.exec(rest)?.[1], name: /^(\w+)\s*[),]/.exec(rest)?.[1] };
}

/** Which local names hold the bar and its parts: of `({ f, candle: c })`, or of `(bar)` with `const { f } = bar` and `bar.f`. */
function localNames(text: string): [from: string, local: string][] {
  const found: [string, string][] = [];
  const take = (pattern: string): void => {
    for (const part of pattern.split(',')) {
      const [, from, local = from] = /^\s*(\w+)\s*(?::\s*(\w+))?\s*$/.exec(part) ?? [];
      if (from !== undefined) found.push([from, local!]);
    }
  };
  const { pattern, name: bar } = firstParameter(text);
  if (pattern !== undefined) take(pattern);
  let rest = text;
  if (bar !== undefined) {
    rest = text.replace(new RegExp(`\\{([^{}]*)\\}\\s*=\\s*${bar}\\b(?!\\s*[.[(])`, 'g'), (_, inner: string) => {
      take(inner);
      return '';
    });
    found.push(['bar', bar], ...BAR.map((part): [string, string] => [part, `${bar}.${part}`]));
  }
  const body = rest.slice(rest.indexOf(')') + 1);
  return found.filter(([, local]) => !isTakenAgain(body, local.split('.')[0]!));
}

/** Whether something else in the callback bears the name: a variable, or a parameter of a function within. */
function isTakenAgain(body: string, name: string): boolean {
  const one = `\\b${name}\\b`;
  return new RegExp(
    `\\b(?:const|let|var|function|class|catch|for)\\b[^=;]*${one}|${one}\\s*=>|\\([^()]*${one}[^()]*\\)\\s*=>|(?<![.\\w])${name}\\s*=(?!=)|\\b(?!(?:if|while|switch)\\b)\\w+\\s*\\([^().]*${one}[^().]*\\)\\s*\\{`,
  ).test(body);
}

/** Whether the text looks if something is there, as where features depend on settings: then what it does without is its own to say. */
function isAskedFor(text: string, local: string, name: string): boolean {
  const read = `(?<![\\w$.])${local.replace('.', '\\s*\\.\\s*')}\\s*\\??\\.\\s*${name}\\b\\s*`;
  return new RegExp(`${read}(?:\\?|&&|\\|\\||[!=]==?\\s*(?:undefined|null))|(?:!|\\(\\s*)${read}(?:\\)|$)`).test(text);
}

/** What is read of a name, a cast of it included: the first name after it, and the one after that. */
function readsOf(text: string, local: string): [first: string, second: string | undefined][] {
  const path = local.replace('.', '\\s*\\.\\s*');
  const next = '\\s*\\??\\.\\s*([A-Za-z_$][\\w$]*)';
  const reads = text.matchAll(new RegExp(`(?<![\\w$.])(?:${path}|\\(\\s*${path}\\s*\\))${next}(?:${next})?`, 'g'));
  return [...reads].map(([, first, second]) => [first!, second]);
}
