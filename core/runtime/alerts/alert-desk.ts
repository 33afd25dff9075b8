import { redacted } from '../../foundation/redacted.ts';
import type { NotifierModule } from '../../registry/kinds.ts';

/** Kinds of alerts, with their levels. */
export const ALERT_LEVELS = {
  start: 'info',
  end: 'info',
  entry: 'info',
  exit: 'info',
  command: 'info',
  lock: 'warning',
  refused: 'warning',
  alert: 'warning',
  restored: 'warning',
  failure: 'critical',
} as const;

export type AlertKind = keyof typeof ALERT_LEVELS;

/** Something that somebody should know. Time ms UTC. */
export interface Alert {
  readonly kind: AlertKind;
  readonly title: string;
  readonly text: string;
  readonly time: number;
}

/** A notifier, and the kinds of alerts that it wants; all when absent. */
export interface AlertRoute {
  readonly module: NotifierModule;
  readonly kinds?: ReadonlySet<AlertKind>;
}

export interface AlertDeskOptions {
  /** Alerts that wait for a notifier at most. */
  readonly capacity?: number;
  /** An alert equal to one so recent is not told again, ms. */
  readonly repeatMs?: number;
}

const ORDER = ['info', 'warning', 'critical'];

/**
 * Hands alerts to notifiers without ever making trading wait: each notifier has its queue, sent one by one. A full queue gives up its oldest alert of the
 * lowest level, and says how many were lost with the next one that it sends. Nothing throws.
 */
export class AlertDesk {
  readonly #queues: readonly Queue[];
  readonly #repeatMs: number;
  readonly #last = new Map<string, number>();

  constructor(routes: readonly AlertRoute[], { capacity = 200, repeatMs = 60_000 }: AlertDeskOptions = {}) {
    this.#queues = routes.map((route) => new Queue(route, capacity));
    this.#repeatMs = repeatMs;
  }

  raise(alert: Alert): void {
    const key = `${alert.kind}\n${alert.title}\n${alert.text}`;
    const last = this.#last.get(key);
    if (last !== undefined && alert.time - last < this.#repeatMs) return;
    // Bounded: what is long past cannot be repeated.
    if (this.#last.size > 1000)
      for (const [old, time] of this.#last) if (alert.time - time >= this.#repeatMs) this.#last.delete(old);
    this.#last.set(key, alert.time);
    const clean = { ...alert, title: redacted(alert.title), text: redacted(alert.text) };
    for (const queue of this.#queues) queue.push(clean);
  }

  /** Waits until everything is sent, at most until `deadline` resolves. */
  async drain(deadline: Promise<unknown>): Promise<void> {
    await Promise.race([Promise.all(this.#queues.map((queue) => queue.idle)), deadline]);
  }
}

class Queue {
  readonly #route: AlertRoute;
  readonly #capacity: number;
  readonly #waiting: Alert[] = [];
  #lost = 0;
  #isSending = false;
  /** Resolves once nothing waits. */
  idle: Promise<void> = Promise.resolve();

  constructor(route: AlertRoute, capacity: number) {
    this.#route = route;
    this.#capacity = capacity;
  }

  push(alert: Alert): void {
    const { kinds } = this.#route;
    if (kinds && !kinds.has(alert.kind)) return;
    this.#waiting.push(alert);
    if (this.#waiting.length > this.#capacity) {
      const rank = ({ kind }: Alert) => ORDER.indexOf(ALERT_LEVELS[kind]);
      const least = Math.min(...this.#waiting.map(rank));
      this.#waiting.splice(
        this.#waiting.findIndex((waiting) => rank(waiting) === least),
        1,
      );
      this.#lost++;
    }
    if (!this.#isSending) this.idle = this.#send();
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    // Alerts of one turn are all there before the first is sent.
    await Promise.resolve();
    for (let alert = this.#waiting.shift(); alert; alert = this.#waiting.shift()) {
      const { kind, title, time } = alert;
      const text = this.#lost === 0 ? alert.text : `${alert.text} (${this.#lost} alerts before it were lost)`;
      this.#lost = 0;
      try {
        await this.#route.module.notify({ level: ALERT_LEVELS[kind], kind, title, text, time });
      } catch {
        // Notifiers must not throw; one that does may not stop the others.
        this.#lost++;
      }
    }
    this.#isSending = false;
  }
}
