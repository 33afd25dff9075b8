/** A resting quote as far as it is known. */
export interface RestingQuote {
  readonly id: number;
  readonly ticks: number;
  /** Open lots. */
  readonly lots: number;
}

/** A wished-for level. */
export interface WantedLevel {
  ticks: number;
  lots: number;
}

export type QuoteStep =
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'amend'; readonly id: number; readonly ticks: number; readonly lots: number }
  | { readonly kind: 'place'; readonly ticks: number; readonly lots: number };

/**
 * The fewest requests that turn one side's resting quotes into the wanted levels: what stands at a wanted price stays and keeps its place
 * (a smaller wish amends it in place, a larger one adds an order behind it); the others move by one amendment each where a wanted price is
 * without an order; what is left over is cancelled, what is missing is placed. Cancels come first, then amendments, then new orders.
 * @param tolerance ticks within which a resting price counts as the wanted one
 */
export function planQuotes(
  resting: readonly RestingQuote[],
  wanted: readonly WantedLevel[],
  tolerance = 0,
): QuoteStep[] {
  const steps: QuoteStep[] = [];
  if (resting.length === 1 && wanted.length === 1) {
    planOne(resting[0]!, wanted[0]!, tolerance, steps);
    return steps;
  }
  if (resting.length === 0) {
    for (const { ticks, lots } of wanted) steps.push({ kind: 'place', ticks, lots });
    return steps;
  }
  const amends: QuoteStep[] = [];
  const free: RestingQuote[] = [];
  const missing = wanted.map(({ ticks, lots }) => ({ ticks, lots, isNew: true }));
  for (const quote of resting) {
    const level = nearest(missing, quote.ticks, tolerance);
    if (!level) {
      free.push(quote);
      continue;
    }
    if (quote.lots > level.lots) amends.push({ kind: 'amend', id: quote.id, ticks: quote.ticks, lots: level.lots });
    level.lots -= Math.min(quote.lots, level.lots);
    level.isNew = false;
  }
  const places: QuoteStep[] = [];
  for (const { ticks, lots, isNew } of missing) {
    if (lots <= 0) continue;
    // Only a level without any order takes one from elsewhere: adding to one that has an order is a placement.
    const mover = isNew ? free.shift() : undefined;
    if (mover) amends.push({ kind: 'amend', id: mover.id, ticks, lots });
    else places.push({ kind: 'place', ticks, lots });
  }
  for (const quote of free) steps.push({ kind: 'cancel', id: quote.id });
  steps.push(...amends, ...places);
  return steps;
}

/** The commonest case without lists: one order, one level. */
function planOne(quote: RestingQuote, { ticks, lots }: WantedLevel, tolerance: number, steps: QuoteStep[]): void {
  if (Math.abs(quote.ticks - ticks) > tolerance) steps.push({ kind: 'amend', id: quote.id, ticks, lots });
  else if (quote.lots > lots) steps.push({ kind: 'amend', id: quote.id, ticks: quote.ticks, lots });
  else if (quote.lots < lots) steps.push({ kind: 'place', ticks, lots: lots - quote.lots });
}

function nearest<T extends WantedLevel>(levels: readonly T[], ticks: number, tolerance: number): T | undefined {
  let best: T | undefined;
  for (const level of levels) {
    if (level.lots <= 0) continue;
    const distance = Math.abs(level.ticks - ticks);
    if (distance <= tolerance && (!best || distance < Math.abs(best.ticks - ticks))) best = level;
  }
  return best;
}
