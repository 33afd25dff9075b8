import type { Effects } from './events.ts';
import type { AuditLog } from './logs.ts';

/**
 * Leaves the audit record of event number `seq`: when, what kind, about which order (-1: none), how many orders were sent, how many withdrawn or
 * changed. Events without order and effects in a row share one record, which counts them.
 */
export function leaveAudit(
  log: AuditLog,
  seq: number,
  time: number,
  kind: number,
  order: number,
  effects: Effects,
): void {
  const submits = effects.submits.length;
  const others = effects.cancels.length + effects.amends.length;
  if (order === -1 && submits + others === 0) {
    const { data, lastOffset } = log;
    if (lastOffset >= 0 && data[lastOffset + 2] === kind && data[lastOffset + 5] === 0 && data[lastOffset + 6] === 0) {
      data[lastOffset + 3] = data[lastOffset + 3]! + 1;
      data[lastOffset + 1] = time;
      return;
    }
  }
  const at = log.append();
  const { data } = log;
  data[at] = seq;
  data[at + 1] = time;
  data[at + 2] = kind;
  data[at + 3] = 1;
  data[at + 4] = order;
  data[at + 5] = submits;
  data[at + 6] = others;
}
