import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import type { CandleTable, EventTable } from '../../domain/candles.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { TrialSetting } from './evaluator.ts';
import type { MarketSnapshot } from './shared-market.ts';

/** What a search's workers must have: its setting, its market, and the code that they must find with themselves. */
export interface RemoteSetup {
  readonly setting: TrialSetting;
  readonly snapshot: MarketSnapshot;
  /** `strategyHash` by strategy, as it is named in the setting and in jobs. */
  readonly strategyHashes: Readonly<Record<string, string>>;
  /** By kind and name, of modules that are none of ours: `sizing:half-free`. */
  readonly moduleHashes: Readonly<Record<string, string>>;
}

/** The part of a Redis connection that is used here. */
export interface BlobStore {
  getBuffer(key: string): Promise<Buffer | null>;
  set(key: string, value: Buffer, mode: 'EX', seconds: number): Promise<unknown>;
  exists(key: string): Promise<number>;
}

/** A table with its columns named by the SHA-256 of their bytes. */
type Stored<T> = Omit<T, keyof CandleTable> & { readonly columns: Readonly<Record<string, string>> };
interface StoredSetup {
  readonly setting: TrialSetting;
  readonly strategyHashes: Readonly<Record<string, string>>;
  readonly moduleHashes: Readonly<Record<string, string>>;
  readonly v8: string;
  readonly market: Pick<MarketSnapshot, 'root' | 'dataKind' | 'list' | 'specs'>;
  readonly candles: ReadonlyMap<string, Stored<CandleTable>>;
  readonly events: ReadonlyMap<string, { readonly columns: Readonly<Record<string, string>> }>;
}

/** A search's data stays this long after it was last offered, in seconds. */
const KEPT_S = 7 * 86_400;
const FIELDS = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;
const keyOf = (hash: string) => `tidegate:blob:${hash}`;

/** Stores a setup, each column once under its content's hash. @returns the setup's own hash */
export async function offerSetup(store: BlobStore, setup: RemoteSetup): Promise<string> {
  const { snapshot, setting, strategyHashes, moduleHashes } = setup;
  const put = async (bytes: Buffer): Promise<string> => {
    const hash = createHash('sha256').update(bytes).digest('hex');
    if ((await store.exists(keyOf(hash))) === 0) await store.set(keyOf(hash), bytes, 'EX', KEPT_S);
    return hash;
  };
  const putColumn = (column: Float64Array) => put(Buffer.from(Float64Array.from(column).buffer));
  const putAll = async (columns: Readonly<Record<string, Float64Array>>) =>
    Object.fromEntries(
      await Promise.all(Object.entries(columns).map(async ([name, c]) => [name, await putColumn(c)] as const)),
    ) as Record<string, string>;
  const candles = new Map<string, Stored<CandleTable>>();
  for (const [key, table] of snapshot.candles) {
    const fields = Object.fromEntries(FIELDS.map((name) => [name, table[name]]));
    const extra = Object.fromEntries(Object.entries(table.extra ?? {}).map(([name, c]) => [`extra.${name}`, c]));
    const kind = table.volumeKind && { volumeKind: table.volumeKind };
    candles.set(key, { ...kind, columns: await putAll({ ...fields, ...extra }) } as Stored<CandleTable>);
  }
  const events = new Map<string, { readonly columns: Readonly<Record<string, string>> }>();
  for (const [key, table] of snapshot.events)
    events.set(key, { columns: await putAll({ time: table.time, ...table.values }) });
  const { root, dataKind, list, specs } = snapshot;
  const stored: StoredSetup = {
    setting,
    strategyHashes,
    moduleHashes,
    v8: process.versions.v8,
    market: { root, dataKind, list, specs },
    candles,
    events,
  };
  return put(serialize(stored));
}

/**
 * Fetches a setup, every column into shared memory, each held against its hash.
 * @throws TidegateError HPO_REMOTE_DATA, HPO_REMOTE_VERSION
 */
export async function fetchSetup(store: BlobStore, hash: string): Promise<RemoteSetup> {
  const get = async (wanted: string): Promise<Buffer> => {
    const bytes = await store.getBuffer(keyOf(wanted));
    if (bytes && createHash('sha256').update(bytes).digest('hex') === wanted) return bytes;
    throw new TidegateError(
      'HPO_REMOTE_DATA',
      `data ${wanted.slice(0, 12)} of a search is ${bytes ? 'damaged' : 'not'} in Redis`,
      { remedy: 'Start the search again: it offers its data anew.' },
    );
  };
  const stored = deserialize(await get(hash)) as StoredSetup;
  if (stored.v8 !== process.versions.v8)
    throw new TidegateError(
      'HPO_REMOTE_VERSION',
      `the search runs on V8 ${stored.v8}, this worker on ${process.versions.v8}: results could differ in the last bits`,
      { remedy: 'Use the same Node version on all machines.' },
    );
  const column = async (wanted: string): Promise<Float64Array> => {
    const bytes = await get(wanted);
    const shared = new SharedArrayBuffer(bytes.byteLength);
    new Uint8Array(shared).set(bytes);
    return new Float64Array(shared) as unknown as Float64Array;
  };
  const columnsOf = async (hashes: Readonly<Record<string, string>>) => {
    const columns: Record<string, Float64Array> = {};
    for (const [name, wanted] of Object.entries(hashes)) columns[name] = await column(wanted);
    return columns;
  };
  const candles = new Map<string, CandleTable>();
  for (const [key, { columns: hashes, ...rest }] of stored.candles) {
    const columns = await columnsOf(hashes);
    const extra = Object.entries(columns).filter(([name]) => name.startsWith('extra.'));
    candles.set(key, {
      ...rest,
      length: columns.time!.length,
      ...(Object.fromEntries(FIELDS.map((name) => [name, columns[name]!])) as Pick<
        CandleTable,
        (typeof FIELDS)[number]
      >),
      ...(extra.length > 0 && { extra: Object.fromEntries(extra.map(([name, c]) => [name.slice(6), c])) }),
    } as CandleTable);
  }
  const events = new Map<string, EventTable>();
  for (const [key, { columns: hashes }] of stored.events) {
    const { time, ...values } = await columnsOf(hashes);
    events.set(key, { length: time!.length, time: time!, values });
  }
  const { setting, strategyHashes, moduleHashes, market } = stored;
  return { setting, strategyHashes, moduleHashes, snapshot: { ...market, candles, events } };
}
