import { readFile } from 'node:fs/promises';
import { TidegateError } from '../foundation/errors.ts';
import { messageOf } from '../foundation/message-of.ts';
import { redacted } from '../foundation/redacted.ts';

/** Where a document is: a file or an address, one of them. */
export interface DocumentSource {
  readonly file?: string | undefined;
  readonly url?: string | undefined;
  readonly timeoutMs: number;
  /** Sent along, such as a token; never shown. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Largest answer that is read. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * A JSON document that is fetched anew when it is older than asked for. Where that fails, the last good one goes on being used, and `problem` says
 * why; the first time it throws.
 */
export class RememberedDocument {
  readonly #source: DocumentSource;
  #value: unknown;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  /** Why the last fetch failed; null when it did not. */
  problem: string | null = null;

  /** @throws TidegateError PLUGIN_OPTION when neither or both of file and address are given */
  constructor(source: DocumentSource, where: string) {
    if ((source.file === undefined) === (source.url === undefined))
      throw new TidegateError('PLUGIN_OPTION', `${where} needs a file or a url, one of them`, {
        remedy: 'Give file: "path.json" or url: "https://…".',
      });
    this.#source = source;
  }

  /**
   * The document as of `time` (ms UTC).
   * @throws TidegateError DATA_DOCUMENT when there is none yet and it cannot be had
   */
  async get(time: number, maxAgeMs: number): Promise<unknown> {
    if (time - this.#fetchedAt < maxAgeMs) return this.#value;
    try {
      const text = this.#source.file === undefined ? await this.#fetch() : await readFile(this.#source.file, 'utf8');
      this.#value = JSON.parse(text) as unknown;
      this.#fetchedAt = time;
      this.problem = null;
    } catch (cause) {
      this.problem = redacted(messageOf(cause));
      if (this.#fetchedAt === Number.NEGATIVE_INFINITY)
        throw new TidegateError('DATA_DOCUMENT', `a list cannot be read: ${this.problem}`, {
          ...(this.#source.file !== undefined && { where: this.#source.file }),
          remedy: 'Check the path or address and that it holds JSON.',
          cause,
        });
    }
    return this.#value;
  }

  async #fetch(): Promise<string> {
    const { url, headers = {}, timeoutMs } = this.#source;
    const response = await fetch(url!, { headers, signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw new Error(`the address answered ${response.status}`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > MOST_BYTES) throw new Error(`the answer is longer than ${MOST_BYTES} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }
}
