import type { Outcome } from '../../ports/exchange.ts';
import type { PlainData, StoredIntent } from '../../ports/stored-rows.ts';
import type { Attempt } from './live-order.ts';

/** A request as the store keeps it before it is sent. */
export function intentRow(
  account: string,
  request: StoredIntent['request'],
  order: number,
  attempt: Pick<Attempt, 'intent' | 'attempt' | 'clientId' | 'sentAt'>,
  body: PlainData,
): StoredIntent {
  return {
    id: attempt.intent,
    attempt: attempt.attempt,
    request,
    order,
    account,
    clientId: attempt.clientId,
    at: attempt.sentAt,
    outcome: 'pending',
    settledAt: null,
    detail: null,
    body,
  };
}

/** The same once its outcome is heard; an unknown one stays open. ms UTC. */
export function settledIntent(intent: StoredIntent, outcome: Outcome, now: number): StoredIntent {
  const settledAt = outcome.outcome === 'unknown' ? null : now;
  return { ...intent, outcome: outcome.outcome, settledAt, detail: detailOf(outcome) };
}

function detailOf(outcome: Outcome): string {
  if (outcome.outcome === 'confirmed') return outcome.order.exchangeId;
  return outcome.outcome === 'unknown' ? outcome.cause : `${outcome.code}: ${outcome.reason}`;
}
