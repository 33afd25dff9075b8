import { createHash } from 'node:crypto';

/** What the ids of all our orders begin with. */
const MARK = 'tg';
/** The mark as hexadecimal, for venues that take nothing else. */
const MARK_HEX = '7467';

/** What an order id is made of. The epoch grows when a database is restored, so that a restored bot cannot repeat ids. */
export interface OrderIdParts {
  readonly installId: string;
  readonly epoch: number;
  readonly intent: number;
  readonly attempt: number;
}

/**
 * The client order id of an attempt to carry out an intent: the mark and 112 bits of SHA-256 over its parts as 28 hexadecimal digits; 30 characters,
 * letters and digits. A pure function: the same attempt has the same id after a crash.
 */
export function clientOrderId({ installId, epoch, intent, attempt }: OrderIdParts): string {
  const hash = createHash('sha256').update(`${installId}/${epoch}/${intent}/${attempt}`).digest('hex');
  return `${MARK}${hash.slice(0, 28)}`;
}

/** True for an id that some installation of ours made. */
export function isOwnOrderId(id: string | null): boolean {
  return id !== null && new RegExp(`^${MARK}[0-9a-f]{28}$`).test(id);
}

/**
 * How a venue writes client ids: `plain` as they are (up to 32 letters and digits), `uuid` as 32 hexadecimal digits (Kraken), `cloid` as 0x and 32
 * hexadecimal digits (Hyperliquid).
 */
export type IdForm = 'plain' | 'uuid' | 'cloid';

/** An id in a venue's form. Ids that are not ours go through unchanged. */
export function encodeOrderId(id: string, form: IdForm): string {
  if (form === 'plain' || !isOwnOrderId(id)) return id;
  return `${form === 'cloid' ? '0x' : ''}${MARK_HEX}${id.slice(MARK.length)}`;
}

/** The id behind a venue's form; undefined and empty ids become null. */
export function decodeOrderId(text: string | null | undefined, form: IdForm): string | null {
  if (!text) return null;
  if (form === 'plain') return text;
  const bare = text.replace(/^0x/, '').replaceAll('-', '').toLowerCase();
  return bare.length === 32 && bare.startsWith(MARK_HEX) ? `${MARK}${bare.slice(MARK_HEX.length)}` : text;
}
