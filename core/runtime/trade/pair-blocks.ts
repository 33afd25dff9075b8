/** Why entries on pairs are refused, by who says so: a pair is free once nobody minds. */
export class PairBlocks {
  readonly #reasons = new Map<string, Map<string, string>>();

  /** Notes what `source` says of a pair (null: nothing any more). @returns the reason that holds now */
  set(pair: string, source: string, reason: string | null): string | null {
    const reasons = this.#reasons.get(pair) ?? new Map<string, string>();
    this.#reasons.set(pair, reasons);
    if (reason === null) reasons.delete(source);
    else reasons.set(source, reason);
    return [...reasons.values()][0] ?? null;
  }
}
