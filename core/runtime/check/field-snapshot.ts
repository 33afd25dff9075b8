import { CALLBACKS, type Strategy } from '../../strategy/strategy.ts';

/** Fields that the framework keeps on every strategy, and those that may change. */
const OWN = new Set(['store', 'signals', 'enter', 'exit', 'declared', 'tickSurface']);
const DEPTH = 6;

/** What a strategy's fields hold, and its class's static ones, as text by name: two snapshots differ where state was changed. */
export function fieldSnapshot(strategy: Strategy, ignored: ReadonlySet<string>): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const name of Object.getOwnPropertyNames(strategy)) {
    if (OWN.has(name) || ignored.has(name)) continue;
    out.set(name, text((strategy as unknown as Record<string, unknown>)[name]));
  }
  for (
    let made = strategy.constructor;
    made.name !== 'Strategy' && made !== Function.prototype;
    made = Object.getPrototypeOf(made)
  )
    for (const name of Object.getOwnPropertyNames(made))
      if (!['length', 'name', 'prototype'].includes(name))
        out.set(`static ${name}`, text((made as unknown as Record<string, unknown>)[name]));
  return out;
}

/** Names of fields that differ, that are new, or that are gone. */
export function changedFields(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
}

/** Writes to a private field, to what stands in it or to an element of it. */
const WRITES = [
  /\.(#\w+)(?:\.\w+|\[[^\]]*\])*\s*(?:=(?![=>])|(?:[-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)=|\+\+|--)/g,
  /\.(#\w+)(?:\.\w+|\[[^\]]*\])*\.(?:push|pop|shift|unshift|splice|set|add|delete|clear|fill|sort|reverse|copyWithin)\(/g,
  /(?:\+\+|--)\w+\.(#\w+)/g,
];

/**
 * Private fields that methods assign to, but for those that run before the first candle (`features`, `onStart` and what only they call): they
 * cannot be looked at from outside, only read in the source.
 */
export function assignedPrivateFields(strategy: Strategy): string[] {
  const source = afterStart(strategy);
  const assigned = WRITES.flatMap((writes) => [...source.matchAll(writes)]);
  return [...new Set(assigned.sort((a, b) => a.index - b.index).map((match) => match[1]!))];
}

/** What looks like a method and is none. */
const STATEMENTS: ReadonlySet<string> = new Set(['if', 'for', 'while', 'switch', 'catch']);

/** The class's source without the bodies of methods that no callback of a candle reaches. */
function afterStart(strategy: Strategy): string {
  const whole = strategy.constructor.toString();
  const callbacks: ReadonlySet<string> = new Set(CALLBACKS);
  const helpers = [...whole.matchAll(/(?:^|[;{}])\s*(?:static\s+)?(#?\w+)\s*\([^)]*\)\s*\{/gm)]
    .map((match) => match[1]!)
    .filter((name) => !callbacks.has(name) && !STATEMENTS.has(name));
  let source = ['constructor', 'features', 'onStart'].reduce(withoutMethod, whole);
  for (let before = ''; before !== source; ) {
    before = source;
    for (const name of helpers) if (!new RegExp(`\\.${name}\\b`).test(source)) source = withoutMethod(source, name);
  }
  return source;
}

/** Source without the body of a method, found by counting braces. */
function withoutMethod(source: string, name: string): string {
  const head = new RegExp(`(?<![\\w.#])${name}\\s*\\([^)]*\\)\\s*\\{`).exec(source);
  if (!head) return source;
  const start = head.index + head[0].length;
  let depth = 1;
  let at = start;
  for (; at < source.length && depth > 0; at++) depth += source[at] === '{' ? 1 : source[at] === '}' ? -1 : 0;
  return source.slice(0, start) + source.slice(at - 1);
}

function text(value: unknown, depth = 0, seen: ReadonlySet<object> = new Set()): string {
  if (typeof value === 'function') return 'function';
  if (typeof value !== 'object' || value === null) return `${typeof value} ${String(value)}`;
  if (depth > DEPTH || seen.has(value)) return '…';
  const within = new Set([...seen, value]);
  const inner = (x: unknown) => text(x, depth + 1, within);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}[${Array.from(value as Float64Array).join(',')}]`;
  if (value instanceof Map) return `Map{${[...value].map(([k, v]) => `${inner(k)}:${inner(v)}`).join(',')}}`;
  if (value instanceof Set) return `Set{${[...value].map(inner).join(',')}}`;
  if (value instanceof Date) return `Date ${value.getTime()}`;
  if (Array.isArray(value)) return `[${value.map(inner).join(',')}]`;
  return `{${Object.entries(value)
    .map(([k, v]) => `${k}:${inner(v)}`)
    .join(',')}}`;
}
