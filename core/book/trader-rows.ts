import { EVENT, SEE } from './book-events.ts';
import type { PartReader } from './event-parts.ts';

/** The trader's place in the events, and when it has to look again. Times are receive times, ns. */
export class TraderRows {
  readonly reader: PartReader;
  /** No row reaches the trader before; -Infinity where that is not known. */
  quietUntil = Number.NEGATIVE_INFINITY;
  /** The next rare row of the part at hand, and its time. */
  #rareCursor = -1;
  #rareTime = Number.NEGATIVE_INFINITY;

  constructor(reader: PartReader) {
    this.reader = reader;
  }

  /** When the next row reaches the trader; Infinity when there is none left. */
  get nextTime(): number {
    return this.quietUntil > Number.NEGATIVE_INFINITY ? this.quietUntil : this.#findNext();
  }

  #findNext(): number {
    const { reader } = this;
    for (;;) {
      const { length, see, localTime } = reader.events;
      let i = reader.cursor;
      while (i < length && (see[i]! & SEE.local) === 0) i++;
      reader.cursor = i;
      if (i < length) {
        this.quietUntil = localTime[i]!;
        return this.quietUntil;
      }
      if (!this.nextPart()) return Number.POSITIVE_INFINITY;
    }
  }

  /**
   * When the next row that is neither a level nor a trade nor a clear reaches the trader, or the last row of the part at hand, whichever comes
   * first; Infinity at the end. A reader that sleeps no longer than this misses none.
   */
  get nextRareTime(): number {
    if (this.nextTime === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    if (this.reader.cursor > this.#rareCursor) this.#findRare();
    return this.#rareTime;
  }

  #findRare(): void {
    const { events, cursor } = this.reader;
    const { length, see, kind, localTime } = events;
    let i = cursor;
    while (i < length - 1 && (kind[i]! <= EVENT.clear || (see[i]! & SEE.local) === 0)) i++;
    this.#rareCursor = i;
    // A row for the exchange alone may carry a receive time that is past: the trader's row at the cursor is never passed here.
    while ((see[i]! & SEE.local) === 0) i--;
    this.#rareTime = localTime[i]!;
  }

  /** Goes on to the next part; false where there is none (yet). */
  nextPart(): boolean {
    if (!this.reader.next()) return false;
    this.#rareCursor = -1;
    return true;
  }
}
