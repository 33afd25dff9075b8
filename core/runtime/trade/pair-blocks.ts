import { NOT_LISTED } from '../../engine/slot.ts';

/** Why entries on pairs are refused, by who says so: a pair is free once nobody minds. */
export class PairBlocks {
  readonly #reasons = new Map<string, Map<string, string>>();

  /** Notes what `source` says of a pair (null: nothing any more). @returns the reason that holds now */
  set(pair: string, source: string, reason: string | null): string | null {
    const reasons = this.#reasons.get(pair) ?? new Map<string, string>();
    this.#reasons.set(pair, reasons);
    if (reason === null) reasons.delete(source);
    else reasons.set(source, reason);
    // What keeps additions off, too, goes before what does not.
    const holding = [...reasons.values()];
    return holding.find((one) => one !== NOT_LISTED) ?? holding[0] ?? null;
  }
}
