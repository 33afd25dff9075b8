import { seeded } from '../../foundation/rng.ts';

/**
 * Settings to try, drawn from ranges: the start itself first, then by turns near the start and anywhere. Ranges between whole numbers give whole
 * numbers; ranges over a factor of 10 and more are drawn on a log scale. A pure function of its arguments.
 * @param start best settings so far; names that it lacks keep the model's default in the first draw
 */
export function drawOptions(
  search: Readonly<Record<string, readonly [number, number]>>,
  start: Readonly<Record<string, number>>,
  draw: number,
  seed: string,
): Readonly<Record<string, number>> {
  if (draw === 0) return start;
  const rng = seeded(`${seed} draw ${draw}`);
  const out: Record<string, number> = {};
  for (const name of Object.keys(search).sort()) {
    const [low, high] = search[name]!;
    const isLog = low > 0 && high / low >= 10;
    const [a, b] = isLog ? [Math.log(low), Math.log(high)] : [low, high];
    const from = start[name];
    const near = from === undefined ? Number.NaN : (isLog ? Math.log(from) : from) + 0.15 * (b - a) * rng.normal();
    const far = a + (b - a) * rng.next();
    const x = Math.min(b, Math.max(a, draw % 2 === 1 && !Number.isNaN(near) ? near : far));
    const value = isLog ? Math.exp(x) : x;
    out[name] = Number.isInteger(low) && Number.isInteger(high) ? Math.round(value) : value;
  }
  return out;
}
