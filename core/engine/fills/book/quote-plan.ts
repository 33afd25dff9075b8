/** A resting quote as far as it is known. */
export interface RestingQuote {
  readonly id: number;
  readonly ticks: number;
  /** Open lots. */
  readonly lots: number;
}

/** A wished-for level. */
export interface WantedLevel {
  readonly ticks: number;
  readonly lots: number;
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
  const steps: { cancel: QuoteStep[]; amend: QuoteStep[]; place: QuoteStep[] } = { cancel: [], amend: [], place: [] };
  const free: RestingQuote[] = [];
  const missing = wanted.map((level) => ({ ...level }));
  for (const quote of resting) {
    const level = nearest(missing, quote.ticks, tolerance);
    if (!level) {
      free.push(quote);
      continue;
    }
    if (quote.lots > level.lots)
      steps.amend.push({ kind: 'amend', id: quote.id, ticks: quote.ticks, lots: level.lots });
    level.lots -= Math.min(quote.lots, level.lots);
  }
  const open = missing.filter((level) => level.lots > 0);
  for (const level of open) {
    const isNew = wanted.some((w) => w.ticks === level.ticks && w.lots === level.lots);
    // Only a level without any order takes one from elsewhere: adding to one that has an order is a placement.
    const mover = isNew ? free.shift() : undefined;
    if (mover) steps.amend.push({ kind: 'amend', id: mover.id, ticks: level.ticks, lots: level.lots });
    else steps.place.push({ kind: 'place', ticks: level.ticks, lots: level.lots });
  }
  for (const quote of free) steps.cancel.push({ kind: 'cancel', id: quote.id });
  return [...steps.cancel, ...steps.amend, ...steps.place];
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
