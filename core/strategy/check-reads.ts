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
 * Refuses reads of parameters and of `this.f`, and in `onCandle` and the methods that it hands the bar or its parts to of those, that nothing answers, by the text: in JavaScript they are
 * `undefined`, and what is compared with that is silently false. Only names that come straight out of the bar are looked at, and only where nothing else in the callback bears them.
 * @param declared what `features()` returned
 * @throws TidegateError STRATEGY_NAME
 */
export function checkReads(strategy: Strategy, name: string, declared: Readonly<Record<string, unknown>>): void {
  if (CHECKED.has(strategy)) return;
  CHECKED.add(strategy);
  const refuse = (read: string, what: string, there: readonly string[], where: string): never => {
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
  const seen = new Set<string>();
  // A method of the strategy that is handed the bar, or a part of it, is looked at like the callback itself.
  const follow = (method: string, roles: readonly (string | undefined)[]): void => {
    const made = (strategy as unknown as Readonly<Record<string, unknown>>)[method];
    const text = typeof made === 'function' ? codeOf(made) : method.startsWith('#') ? privateMethod(all, method) : '';
    const key = `${method} ${roles.join()}`;
    if (text === '' || seen.has(key)) return;
    seen.add(key);
    checkCalls(text, `${name}.${method}`);
    const locals = localNames(text, roles);
    for (const [from, local] of locals) checkLocal(text, from, local, `.${method}`);
    for (const [, callee, handed] of text.matchAll(/\bthis\s*\.\s*(#?\w+)\s*\(([^()]*)\)/g)) {
      const passed = handed!.split(',').map((part) => part.replace(/\s/g, ''));
      const theirs = passed.map((part) => locals.find(([, local]) => local === part)?.[0]);
      if (theirs.some((role) => role !== undefined)) follow(callee!, theirs);
    }
  };
  const checkLocal = (text: string, from: string, local: string, where: string): void => {
    const known = from === 'bar' ? BAR : OF_BAR[from];
    for (const [first, second] of readsOf(text, local)) {
      if (known && !has(known, first))
        refuse(`${local}.${first}`, from === 'bar' ? 'part of a bar' : 'name', known, where);
      if (from !== 'f') continue;
      const series = declared[first];
      if (series === undefined && !has([], first) && !isAskedFor(text, local, first))
        refuse(`${local}.${first}`, 'feature', Object.keys(declared), where);
      if (isRecord(series) && second !== undefined && !has(Object.keys(series), second))
        if (!isAskedFor(text, `${local}.${first}`, second))
          refuse(`${local}.${first}.${second}`, 'feature', Object.keys(series), where);
      if (series instanceof Series && second !== undefined && !has(OF_VIEW, second))
        refuse(`${local}.${first}.${second}`, 'value of a feature', OF_VIEW.slice(0, 4), where);
    }
  };
  follow('onCandle', ['bar']);
  // An own field of that name is the author's.
  if (!Object.hasOwn(strategy, 'f')) checkLocal(all, 'f', 'this.f', '');
}

/**
 * Refuses two slips that JavaScript takes in silence, and that never signal: `this.enter.long;`, which is not called, and `crossedAbove(f.rsi.now, 70)`, whose number has
 * no candle before it.
 * @throws TidegateError STRATEGY_SIGNAL, STRATEGY_NAME
 */
function checkCalls(text: string, where: string): void {
  const idle = /(?:[;{})]|\belse)\s*(this\s*\.\s*(?:enter|exit)\s*\.\s*(?:long|short))\s*[;}]/.exec(text)?.[1];
  if (idle !== undefined)
    throw new TidegateError('STRATEGY_SIGNAL', `${where} names ${idle} without calling it`, {
      remedy: `Write ${idle}().`,
    });
  const [, crossed, feature, value] =
    /\b(crossed(?:Above|Below))\s*\(\s*([\w$]+(?:\s*\??\.\s*[\w$]+)*)\s*\.\s*(now|prev)\s*,/.exec(text) ?? [];
  if (crossed !== undefined)
    throw new TidegateError('STRATEGY_NAME', `${where} asks ${crossed} of ${feature}.${value}, a number`, {
      remedy: `Give it the feature, which knows the candle before, too: ${crossed}(${feature}, …).`,
    });
}

/** The code of a method that nobody outside of its class can reach, out of the class's; empty where it is declared otherwise, or in a class below. */
function privateMethod(all: string, name: string): string {
  const code = all.slice(new RegExp(`(?<![.\\w$])${name}\\s*\\(`).exec(all)?.index ?? all.length);
  let at = parametersOf(code).end;
  if (at === 0 || !/^\s*\{/.test(code.slice(at))) return '';
  let depth = 0;
  do {
    const c = code[at++];
    depth += c === '{' ? 1 : c === '}' ? -1 : 0;
    if (c === '}' && depth === 0) return code.slice(0, at);
  } while (at < code.length);
  return '';
}

/** Several series by name, as of another timeframe or of a feature with several outputs. */
const isRecord = (declared: unknown): declared is object =>
  typeof declared === 'object' && declared !== null && Object.getPrototypeOf(declared) === Object.prototype;

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

/** The parameters in a function's code, what stands within the braces of each, or its name, and where they end. Arrow functions without parentheses show none. */
export function parametersOf(code: string): {
  readonly parameters: readonly { readonly pattern: string | undefined; readonly name: string | undefined }[];
  readonly end: number;
} {
  const head = /^[^({=]*\(/.exec(code)?.[0];
  if (head === undefined) return { parameters: [], end: 0 };
  const texts = [''];
  let at = head.length;
  for (let depth = 0; at < code.length; at++) {
    const c = code[at]!;
    if ('([{'.includes(c)) depth++;
    if (')]}'.includes(c) && --depth < 0) break;
    if (c === ',' && depth === 0) texts.push('');
    else texts[texts.length - 1] += c;
  }
  const parameters = texts.map((text) => ({
    pattern: /^\s*\{([^{}]*)\}/.exec(text)?.[1],
    name: /^\s*(\w+)\s*$/.exec(text)?.[1],
  }));
  return { parameters, end: at + 1 };
}

/**
 * Which local names of a function hold the bar and its parts: of `({ f, candle: c })`, or of `(bar)` with `const { f } = bar` and `bar.f`.
 * @param roles what it is handed in each place: `bar`, a part of it such as `f`, or something else (undefined)
 */
function localNames(text: string, roles: readonly (string | undefined)[]): [from: string, local: string][] {
  const found: [string, string][] = [];
  const take = (pattern: string): void => {
    for (const part of pattern.split(',')) {
      const [, from, local = from] = /^\s*(\w+)\s*(?::\s*(\w+))?\s*$/.exec(part) ?? [];
      if (from !== undefined) found.push([from, local!]);
    }
  };
  const { parameters, end } = parametersOf(text);
  let body = text.slice(end);
  for (const [place, role] of roles.entries()) {
    const { pattern, name: parameter } = parameters[place] ?? {};
    if (role === 'bar' && pattern !== undefined) take(pattern);
    if (role === undefined || parameter === undefined) continue;
    found.push([role, parameter]);
    if (role !== 'bar') continue;
    body = body.replace(new RegExp(`\\{([^{}]*)\\}\\s*=\\s*${parameter}\\b(?!\\s*[.[(])`, 'g'), (_, inner: string) => {
      take(inner);
      return '';
    });
    found.push(...BAR.map((part): [string, string] => [part, `${parameter}.${part}`]));
  }
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
