import { summarize } from '../../metrics/summarize.ts';
import { type ResultDocument, resultDocument } from '../../report/result-document.ts';
import type { TickResult } from './tick-result.ts';

/** The JSON document of a run on ticks: that of any run, and what only ticks can tell. */
export type TickDocument = ResultDocument &
  Pick<
    TickResult,
    | 'kind'
    | 'from'
    | 'to'
    | 'startingBalance'
    | 'fills'
    | 'split'
    | 'byPair'
    | 'markouts'
    | 'messages'
    | 'decisions'
    | 'decisionCounts'
  >;

/** A run on ticks as one plain document. */
export function tickDocument(result: TickResult): TickDocument {
  const { kind, from, to, startingBalance, fills, split, byPair, markouts, messages, decisions, decisionCounts } =
    result;
  return {
    ...resultDocument(result, summarize(result), result.notes),
    kind,
    from,
    to,
    startingBalance,
    fills,
    split,
    byPair,
    markouts,
    messages,
    decisions,
    decisionCounts,
  };
}
