/** Notes that say the same of several pairs as one, where the first of them stood. A note of a pair begins with it: `BTC/USDT: …`. */
export function groupNotes(notes: readonly string[], pairs: readonly string[]): string[] {
  const saidOf = new Map<string, string[]>();
  for (const note of notes) {
    const pair = pairs.find((name) => note.startsWith(`${name}: `));
    const said = pair === undefined ? note : note.slice(pair.length);
    const own = saidOf.get(said) ?? [];
    if (pair !== undefined) own.push(pair);
    saidOf.set(said, own);
  }
  return [...saidOf].map(([said, own]) => own.join(', ') + said);
}
