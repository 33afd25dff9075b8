/** What one training left, able to answer. */
export interface Learned {
  /** The moment of training, ms UTC: it has seen nothing later. */
  readonly trainedAt: number;
  /** It answers for rows known at or after this, until the next one does, ms UTC. */
  readonly from: number;
  /** Of what it is, for the journal. */
  readonly hash: string;
  /**
   * Writes outputs of buffer rows [from, to) from inputs of rows up to each, the first of which is when rows became known. A pure function of
   * its inputs: what was answered before changes nothing.
   */
  answer(inputs: readonly Float64Array[], outputs: readonly Float64Array[], from: number, to: number): void;
  /** What was learned, to be kept or sent to another thread; absent where it is stored anyway. */
  readonly bytes?: () => Uint8Array;
}

/** Who answers when, in order of time. Live, it grows while a run goes on. */
export class Timeline {
  readonly learned: Learned[] = [];

  /** Index of what answers for a row known at `time`, ms UTC; -1 before the first. */
  at(time: number): number {
    let low = 0;
    let high = this.learned.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.learned[middle]!.from <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
