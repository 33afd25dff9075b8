import crypto from 'node:crypto';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { CheckName } from './finding.ts';

/** A use of clock, chance or the outside world by code that is not the framework's. */
export interface OutsideUse {
  readonly check: CheckName;
  /** `Date.now()` */
  readonly what: string;
  /** Path that was read, where it was one. */
  readonly path?: string;
  /** `strategies/my-idea.ts:12` */
  readonly where: string;
}

const CORE = fileURLToPath(new URL('../../', import.meta.url));
const READERS = ['readFileSync', 'readFile', 'openSync', 'open', 'createReadStream', 'readdirSync', 'readdir'] as const;
const PROMISE_READERS = ['readFile', 'open', 'readdir'] as const;

/**
 * Watches clock, chance, files and network while `run` goes on, and tells who used them: the nearest caller that is neither Node's nor a
 * package's. Uses by the framework itself are left out. Everything still works as before; it is only seen. Not re-entrant.
 */
export async function guardGlobals<T>(
  run: () => Promise<T>,
): Promise<{ readonly value: T; readonly uses: readonly OutsideUse[] }> {
  const uses = new Map<string, OutsideUse>();
  const note = (check: CheckName, what: string, path?: string) => {
    const where = userCaller();
    if (where) uses.set(`${what} ${path ?? ''} ${where}`, { check, what, where, ...(path !== undefined && { path }) });
  };
  const undo: (() => void)[] = [];
  const watch = <O extends object>(owner: O, name: keyof O & string, check: CheckName, shown: string) => {
    const original: unknown = owner[name];
    if (typeof original !== 'function') return;
    const watched = function (this: unknown, ...args: unknown[]): unknown {
      note(check, shown, check === 'outside data' && args[0] !== undefined ? pathOf(args[0]) : undefined);
      return Reflect.apply(original, this, args);
    };
    const before = Object.getOwnPropertyDescriptor(owner, name);
    if (before?.configurable === false) return;
    Object.defineProperty(owner, name, { value: watched, configurable: true, writable: true });
    undo.push(() => {
      if (before) Object.defineProperty(owner, name, before);
      else Reflect.deleteProperty(owner, name);
    });
  };
  watch(Date, 'now', 'clock', 'Date.now()');
  watch(performance, 'now', 'clock', 'performance.now()');
  watch(process, 'hrtime', 'clock', 'process.hrtime()');
  watch(Math, 'random', 'randomness', 'Math.random()');
  for (const name of ['randomBytes', 'randomInt', 'randomUUID'] as const)
    watch(crypto, name, 'randomness', `crypto.${name}()`);
  for (const name of ['randomUUID', 'getRandomValues'] as const)
    watch(globalThis.crypto, name, 'randomness', `crypto.${name}()`);
  watch(globalThis, 'fetch', 'outside data', 'fetch()');
  for (const name of READERS) watch(fs, name, 'outside data', `fs.${name}()`);
  for (const name of PROMISE_READERS) watch(fs.promises, name, 'outside data', `fs.promises.${name}()`);
  undo.push(guardDate(() => note('clock', 'new Date()')));
  syncBuiltinESMExports();
  try {
    return { value: await run(), uses: [...uses.values()] };
  } finally {
    for (const back of undo.reverse()) back();
    syncBuiltinESMExports();
  }
}

/** `new Date()` and `Date()` read the clock; with arguments they do not. */
function guardDate(onClock: () => void): () => void {
  const Original = globalThis.Date;
  globalThis.Date = new Proxy(Original, {
    construct(target, args, newTarget) {
      if (args.length === 0) onClock();
      return Reflect.construct(target, args, newTarget);
    },
    apply(target, self, args) {
      onClock();
      return Reflect.apply(target, self, args);
    },
  });
  return () => {
    globalThis.Date = Original;
  };
}

/** The nearest caller outside Node and packages, as `path:line`; undefined where that is the framework, or Node's own module loader. */
function userCaller(): string | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 40;
  const lines = (new Error().stack ?? '').split('\n').slice(1);
  Error.stackTraceLimit = limit;
  let isFirst = true;
  for (const line of lines) {
    const frame = /\(?((?:file:\/\/|node:|\/|[A-Za-z]:[\\/])[^)]*?):(\d+):\d+\)?$/.exec(line);
    if (!frame) continue;
    const file = frame[1]!.startsWith('file://') ? fileURLToPath(frame[1]!.replace(/\?.*$/, '')) : frame[1]!;
    if (file.endsWith('guard-globals.ts') || file.endsWith('guard-globals.js')) continue;
    // Loading code with import or require reads files too: that is not the strategy reading data.
    if (isFirst && file.startsWith('node:internal/modules')) return undefined;
    isFirst = false;
    if (file.startsWith('node:') || /[\\/]node_modules[\\/]/.test(file)) continue;
    return file.startsWith(CORE) ? undefined : `${file}:${frame[2]}`;
  }
  return undefined;
}

function pathOf(value: unknown): string {
  if (value instanceof URL) return value.protocol === 'file:' ? fileURLToPath(value) : value.href;
  return typeof value === 'string' ? value : Buffer.isBuffer(value) ? value.toString() : String(value);
}
