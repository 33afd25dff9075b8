import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Journal, type JournalEntry } from '../../engine/journal.ts';
import type { SavedEngine, SavedTrade } from '../../engine/snapshot.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { SessionInput, SessionOutput, SessionTape } from './session-inputs.ts';
import type { TapedData } from './taped-data.ts';
import type { TickRunOptions } from './tick-options.ts';

/** How a recorded session began: all that a second run of it needs beside its code. */
export interface RecordedStart {
  readonly version: 1;
  readonly isReal: boolean;
  readonly startMs: number;
  readonly options: Pick<TickRunOptions, (typeof KEPT)[number]>;
  readonly markets: readonly Omit<TickRunOptions['markets'][number], 'parts'>[];
  readonly firstOrderId: number;
  readonly wallet: number;
  readonly saved: { readonly engine: SavedEngine; readonly closed: readonly SavedTrade[] } | null;
  /** Names of the strategies, hashes of their code and their parameters. */
  readonly code: readonly (readonly [name: string, hash: string, parameters: string])[];
  /** Stored series that were read before it began. */
  readonly data: TapedData;
}

const KEPT = [
  'exchange',
  'originMs',
  'venue',
  'stakeCurrency',
  'startingBalance',
  'feesInBase',
  'stakeAmount',
  'tradableBalanceRatio',
  'maxOpenTrades',
  'timeframe',
  'sampleMs',
] as const;

/** The start of a session that is made with these options. */
export function recordedStart(
  options: RecordedStart['options'] & Pick<TickRunOptions, 'strategies'>,
  session: Omit<RecordedStart, 'version' | 'options' | 'code'>,
): RecordedStart {
  const kept = Object.fromEntries(KEPT.flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]]])));
  return { version: 1, ...session, options: kept as RecordedStart['options'], code: codeOf(options.strategies) };
}

/** Names of strategies, hashes of their code, and their parameters. */
export function codeOf(strategies: TickRunOptions['strategies']): RecordedStart['code'] {
  return strategies.map(({ name, codeHash, parameters }) => [name, codeHash, JSON.stringify(parameters ?? null)]);
}

/** An input as it is kept: events name orders, pairs and slots by number. */
export type KeptInput =
  | Exclude<SessionInput, { readonly kind: 'event' }>
  | { readonly kind: 'event'; readonly entry: JournalEntry };

/** What a recording consists of after its start. */
export type RecordedEntry = { readonly input: KeptInput } | { readonly output: SessionOutput };

/** Entries that are kept in memory before they are written, and for how long at most by the session's clock, ns. */
const BATCH = 2_000;
const BATCH_NS = 2e9;

/** Where recordings go, and how large one may become, bytes. */
export interface RecordingSettings {
  readonly folder: string;
  readonly most: number;
}

const SUFFIX = '.session';

/**
 * Writes what comes to a session into a file: compressed batches, each with its length before it. A batch that a kill cut short is left out when
 * it is read. Beyond a size nothing more is written: what is there can be replayed up to there.
 */
export class SessionRecorder implements SessionTape {
  readonly path: string;
  readonly #most: number;
  readonly #onFull: () => void;
  readonly #journal = new Journal();
  #batch: RecordedEntry[] = [];
  #bytes = 0;
  #writtenAt = 0;
  #isFull = false;

  /**
   * @param name of the session
   * @param most bytes of the file; those before it in the folder are deleted, the oldest first, until they hold no more than that either
   */
  constructor({ folder, most }: RecordingSettings, name: string, onFull: () => void) {
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, `${name.replace(/[^\w.-]+/g, '-')}${SUFFIX}`);
    this.#most = most;
    this.#onFull = onFull;
    makeRoom(folder, most);
  }

  begin(start: RecordedStart): void {
    this.#write(start);
  }

  input(input: SessionInput): void {
    if (input.kind === 'until' && input.time - this.#writtenAt > BATCH_NS) {
      this.#writtenAt = input.time;
      this.flush();
    }
    if (input.kind !== 'event') return this.#add({ input });
    this.#journal.record(input.event);
    this.#add({ input: { kind: 'event', entry: this.#journal.entries.pop()! } });
  }

  output(output: SessionOutput): void {
    this.#add({ output });
  }

  /** Writes what is still in memory. */
  flush(): void {
    if (this.#batch.length === 0) return;
    this.#write(this.#batch);
    this.#batch = [];
  }

  #add(entry: RecordedEntry): void {
    if (this.#isFull) return;
    this.#batch.push(entry);
    if (this.#batch.length >= BATCH) this.flush();
  }

  #write(what: unknown): void {
    const packed = gzipSync(serialize(what), { level: 1 });
    const head = Buffer.alloc(4);
    head.writeUInt32LE(packed.length);
    this.#bytes += head.length + packed.length;
    if (this.#bytes > this.#most) {
      this.#isFull = true;
      this.#onFull();
    } else appendFileSync(this.path, Buffer.concat([head, packed]));
  }
}

/** A recording's start, and its entries as they are read. @throws TidegateError RECORDING_FILE */
export function readRecording(path: string): {
  readonly start: RecordedStart;
  readonly entries: Iterable<RecordedEntry>;
} {
  const batches = existsSync(path) ? batchesOf(path) : null;
  const first = batches?.next().value as RecordedStart | undefined;
  if (batches === null || first?.version !== 1)
    throw new TidegateError('RECORDING_FILE', 'there is no recording of a session', {
      where: path,
      remedy: 'Give a file that "tidegate trade" wrote with ticks.recordMb in its configuration.',
    });
  return { start: first, entries: flat(batches as Iterable<RecordedEntry[]>) };
}

function* flat(batches: Iterable<RecordedEntry[]>): Generator<RecordedEntry> {
  for (const batch of batches) yield* batch;
}

/** What each batch holds; one that is cut short, and all after it, are not there. */
function* batchesOf(path: string): Generator<unknown> {
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const head = Buffer.alloc(4);
      if (readSync(file, head) < 4) return;
      const packed = Buffer.alloc(head.readUInt32LE());
      if (readSync(file, packed) < packed.length) return;
      yield deserialize(gunzipSync(packed));
    }
  } catch {
    // Damaged: what was read so far stands.
    return;
  } finally {
    closeSync(file);
  }
}

function makeRoom(folder: string, most: number): void {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => ({ path: join(folder, name), ...statSync(join(folder, name)) }))
    .sort((a, b) => b.mtimeMs - a.mtimeMs);
  let held = 0;
  for (const { path, size } of files) {
    held += size;
    if (held > most) rmSync(path);
  }
}
