import type { Decision } from '../../strategy/quotes.ts';

/** Decisions kept whole; counts go on. */
const MAX_DECISIONS = 20_000;

/** Gates' decisions: kept where a gate says something else than it did last, all counted. */
export class DecisionLog {
  readonly kept: Decision[] = [];
  /** By `gate: reason`, passed and not. */
  readonly counts = new Map<string, { passed: number; refused: number }>();
  readonly #last = new Map<string, string>();

  /** Time in ms UTC. */
  add(time: number, gate: string, passed: boolean, reason: string, value: number): void {
    const key = `${gate}: ${reason}`;
    let count = this.counts.get(key);
    if (count === undefined) {
      count = { passed: 0, refused: 0 };
      this.counts.set(key, count);
    }
    count[passed ? 'passed' : 'refused']++;
    const said = `${passed}${reason}`;
    if (this.#last.get(gate) === said || this.kept.length >= MAX_DECISIONS) return;
    this.#last.set(gate, said);
    this.kept.push({ time, gate, passed, reason, value });
  }
}
