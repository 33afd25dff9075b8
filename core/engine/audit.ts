import type { Effects } from './events.ts';
import type { AuditLog } from './logs.ts';

/**
 * The audit of a run: for every processed event its number, time, kind, the order it was about (-1: none), how many orders were sent, and how many
 * withdrawn or changed. Events without order and effects in a row share one record, which counts them: those are counted in two fields and written
 * when something happens, since they are nearly all.
 */
export class AuditTrail {
  readonly #log: AuditLog;
  #seq = 0;
  #quietKind = -1;
  #quietCount = 0;
  #quietTime = 0;

  constructor(log: AuditLog) {
    this.#log = log;
  }

  /** The log with everything in it. */
  get log(): AuditLog {
    this.#flush();
    return this.#log;
  }

  /** Leaves the record of the next event. */
  leave(time: number, kind: number, order: number, effects: Effects): void {
    if (order === -1 && effects.isEmpty) return this.quiet(time, kind, 1);
    this.#flush();
    this.#write(time, kind, 1, order, effects.submits.length, effects.cancels.length + effects.amends.length);
  }

  /** Leaves the records of `count` events in a row without order and effects; `time` is the last one's. */
  quiet(time: number, kind: number, count: number): void {
    if (kind !== this.#quietKind) {
      this.#flush();
      this.#quietKind = kind;
    }
    this.#quietCount += count;
    this.#quietTime = time;
  }

  #flush(): void {
    if (this.#quietCount > 0) this.#write(this.#quietTime, this.#quietKind, this.#quietCount, -1, 0, 0);
    this.#quietCount = 0;
    this.#quietKind = -1;
  }

  #write(time: number, kind: number, count: number, order: number, submits: number, others: number): void {
    const at = this.#log.append();
    const { data } = this.#log;
    data[at] = this.#seq;
    data[at + 1] = time;
    data[at + 2] = kind;
    data[at + 3] = count;
    data[at + 4] = order;
    data[at + 5] = submits;
    data[at + 6] = others;
    this.#seq += count;
  }
}
