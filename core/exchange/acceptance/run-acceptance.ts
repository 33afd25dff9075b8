import { messageOf } from '../../foundation/message-of.ts';
import type { ExchangePort } from '../../ports/exchange.ts';
import { clientOrderId } from '../client-order-id.ts';
import type { AcceptanceCase, CaseContext, CaseNeeds } from './acceptance-case.ts';
import { ACCOUNT_CASES } from './account-cases.ts';
import { MARKET_CASES } from './market-cases.ts';
import { ORDER_CASES } from './order-cases.ts';

/** All cases by number. */
export const ACCEPTANCE_CASES: readonly AcceptanceCase[] = [...MARKET_CASES, ...ACCOUNT_CASES, ...ORDER_CASES];

/** What became of a case. */
export interface CaseResult {
  readonly id: string;
  readonly title: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  /** What was seen, what was wrong, or why it was skipped. */
  readonly said: string;
}

export interface AcceptanceRun {
  readonly exchange: ExchangePort;
  readonly pair: string;
  /** Cases that need no more than this. */
  readonly needs: CaseNeeds;
  /** Only these, by number; all when empty. */
  readonly only?: readonly string[];
  /** Makes client ids of different runs differ. */
  readonly run: string;
  /** How long a case waits for an event, ms. */
  readonly patienceMs?: number;
  readonly told?: (result: CaseResult) => void;
}

const RANK: readonly CaseNeeds[] = ['public', 'account', 'orders'];

/** Runs the acceptance cases on an open exchange, one after another. */
export async function runAcceptance(options: AcceptanceRun): Promise<readonly CaseResult[]> {
  const { exchange, pair, needs, only = [], run, patienceMs = 20_000, told } = options;
  let intent = 0;
  const context: CaseContext = {
    exchange,
    pair,
    newId: () => clientOrderId({ installId: run, epoch: 0, intent: ++intent, attempt: 0 }),
    until: async (what, isSo, ms = patienceMs) => {
      const end = performance.now() + ms;
      while (!isSo()) {
        if (performance.now() > end) throw new Error(`no sign of ${what} in ${ms / 1000} s`);
        await new Promise((done) => setTimeout(done, 20));
      }
    },
  };
  const results: CaseResult[] = [];
  for (const one of ACCEPTANCE_CASES) {
    if (only.length > 0 && !only.includes(one.id)) continue;
    const result = { id: one.id, title: one.title, ...(await outcomeOf(one, context, needs)) };
    results.push(result);
    told?.(result);
  }
  return results;
}

async function outcomeOf(
  one: AcceptanceCase,
  context: CaseContext,
  needs: CaseNeeds,
): Promise<Pick<CaseResult, 'result' | 'said'>> {
  const reason = one.skip?.(context.exchange) ?? null;
  if (reason !== null) return { result: 'skipped', said: reason };
  if (RANK.indexOf(one.needs) > RANK.indexOf(needs))
    return {
      result: 'skipped',
      said: one.needs === 'account' ? 'needs a key' : 'places orders: only on a testnet or a replay',
    };
  try {
    return { result: 'passed', said: await one.run(context) };
  } catch (error) {
    return { result: 'failed', said: messageOf(error) };
  }
}
