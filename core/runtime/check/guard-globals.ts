import child from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { fileURLToPath } from 'node:url';
import type { CheckName } from './finding.ts';

/** Uses of one kind after which no more are looked at. */
const ENOUGH = 100;

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

/** The framework, and the folder that it stands in with its plugins and packages. */
const CORE = fileURLToPath(new URL('../../', import.meta.url));
const READERS = ['readFileSync', 'readFile', 'openSync', 'open', 'createReadStream', 'readdirSync', 'readdir'] as const;
const PROMISE_READERS = ['readFile', 'open', 'readdir'] as const;
const PROCESSES = ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'] as const;

/**
 * Watches clock, chance, files and network while `run` goes on, and tells who used them: the nearest caller that is neither Node's nor a
 * package's. Uses by the framework itself are left out. Everything still works as before; it is only seen. Not re-entrant.
 */
export async function guardGlobals<T>(
  run: () => Promise<T>,
): Promise<{ readonly value: T; readonly uses: readonly OutsideUse[] }> {
  const uses = new Map<string, OutsideUse>();
  const found = new Map<string, number>();
  const note = (check: CheckName, what: string, path?: string, given?: string) => {
    // Who asks the clock at each candle is known soon: looking at the stack is dear.
    const use = `${what} ${path ?? ''}`;
    const times = found.get(use) ?? 0;
    const where = times < ENOUGH ? (given ?? userCaller()) : undefined;
    if (where === undefined) return;
    found.set(use, times + 1);
    uses.set(`${use} ${where}`, { check, what, where, ...(path !== undefined && { path }) });
  };
  const undo: (() => void)[] = [];
  const watch = <O extends object>(owner: O, name: keyof O & string, check: CheckName, shown: string) => {
    const original: unknown = owner[name];
    if (typeof original !== 'function') return;
    const watched = function (this: unknown, ...args: unknown[]): unknown {
      note(check, shown, check === 'outside data' ? pathOf(args[0]) : undefined);
      return new.target ? Reflect.construct(original, args) : Reflect.apply(original, this, args);
    };
    Object.assign(watched, original);
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
  watch(process.hrtime, 'bigint', 'clock', 'process.hrtime.bigint()');
  watch(process, 'hrtime', 'clock', 'process.hrtime()');
  watch(process, 'uptime', 'clock', 'process.uptime()');
  watch(Math, 'random', 'randomness', 'Math.random()');
  for (const name of ['randomBytes', 'randomFillSync', 'randomInt', 'randomUUID'] as const)
    watch(crypto, name, 'randomness', `crypto.${name}()`);
  for (const name of ['randomUUID', 'getRandomValues'] as const)
    watch(globalThis.crypto, name, 'randomness', `crypto.${name}()`);
  watch(globalThis, 'fetch', 'outside data', 'fetch()');
  for (const name of READERS) watch(fs, name, 'outside data', `fs.${name}()`);
  for (const name of PROMISE_READERS) watch(fs.promises, name, 'outside data', `fs.promises.${name}()`);
  for (const name of PROCESSES) watch(child, name, 'outside data', `child_process.${name}()`);
  for (const name of ['get', 'request'] as const) {
    watch(http, name, 'outside data', `http.${name}()`);
    watch(https, name, 'outside data', `https.${name}()`);
  }
  for (const name of ['connect', 'createConnection'] as const) watch(net, name, 'outside data', `net.${name}()`);
  undo.push(guardDate(() => note('clock', 'new Date()')));
  undo.push(guardFormats(() => note('clock', 'Intl.DateTimeFormat')));
  undo.push(guardProcess('env', note), guardProcess('argv', note));
  undo.push(guardImports(note));
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

/** A format of dates that is given none writes the time that it is. */
function guardFormats(onClock: () => void): () => void {
  const { prototype } = Intl.DateTimeFormat;
  const { format, formatToParts } = Object.getOwnPropertyDescriptors(prototype);
  Object.defineProperties(prototype, {
    format: {
      ...format,
      get(this: Intl.DateTimeFormat) {
        const write = format!.get!.call(this) as Intl.DateTimeFormat['format'];
        return (date?: Date | number) => {
          if (date === undefined) onClock();
          return write(date);
        };
      },
    },
    formatToParts: {
      ...formatToParts,
      value(this: Intl.DateTimeFormat, date?: Date | number) {
        if (date === undefined) onClock();
        return formatToParts!.value!.call(this, date);
      },
    },
  });
  return () => {
    Object.defineProperties(prototype, { format: format!, formatToParts: formatToParts! });
  };
}

/** What the environment and the command line say is in no input hash, and may tell a check from a run. */
function guardProcess(name: 'env' | 'argv', note: Note): () => void {
  const original = process[name];
  const watched = new Proxy(original, {
    get(target, key) {
      const where = userCaller(true);
      if (where) note('outside data', `process.${name}`, undefined, where);
      return Reflect.get(target, key);
    },
  }) as never;
  process[name] = watched;
  return () => {
    process[name] = original as never;
  };
}

/** Data that comes in as a module (`import prices from './prices.json'`, also required), databases, which read their files themselves, and the catalogue. */
function guardImports(note: Note): () => void {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      if (!context.parentURL?.startsWith('file:')) return found;
      const parent = fileURLToPath(context.parentURL.replace(/\?.*$/, ''));
      const path = found.url.startsWith('file:') ? fileURLToPath(found.url.replace(/\?.*$/, '')) : found.url;
      if ((path === 'node:sqlite' || path.endsWith('.json')) && isOutside(parent))
        note('outside data', 'import', path, parent);
      // What users open; the framework itself goes without it.
      if (OPENS_DATA.test(parent)) note('outside data', 'openData()', undefined, userCaller() ?? 'a file of yours');
      return found;
    },
  });
  return () => hooks.deregister();
}

/** The module that gives `openData` to users, as it loads what is behind it. */
const OPENS_DATA = /[\\/]core[\\/]data[\\/]lazy\.[tj]s$/;

type Note = (check: CheckName, what: string, path?: string, where?: string) => void;

/** Whether a file is neither the framework's nor a package's. */
function isOutside(file: string): boolean {
  return !file.startsWith('node:') && !file.startsWith(CORE) && !/[\\/]node_modules[\\/]/.test(file);
}

/** The nearest caller outside Node and packages (or the nearest of all, where it has to be direct), as `path:line`; undefined where that is the framework, or Node's own module loader. */
function userCaller(isDirect = false): string | undefined {
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
    if (isDirect && !isOutside(file)) return undefined;
    if (file.startsWith('node:') || /[\\/]node_modules[\\/]/.test(file)) continue;
    return file.startsWith(CORE) ? undefined : `${file}:${frame[2]}`;
  }
  return undefined;
}

function pathOf(value: unknown): string | undefined {
  if (value instanceof URL) return value.protocol === 'file:' ? fileURLToPath(value) : value.href;
  return typeof value === 'string' || Buffer.isBuffer(value) ? value.toString() : undefined;
}
