import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Figure } from './figure.ts';

/**
 * `npm run bench [part …]`: runs the benches whose file name contains a part (all by default) and prints one JSON line per figure. Set
 * TIDEGATE_PYTHON to a Python with the peers (TA-Lib, lightgbm, hftbacktest, vectorbt, …) to have them timed in the same run.
 */
const folder = fileURLToPath(new URL('.', import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(folder).filter(
  (f) =>
    f.endsWith('.ts') &&
    !['run.ts', 'figure.ts', 'side-by-side.ts'].includes(f) &&
    (wanted.length === 0 || wanted.some((w) => f.includes(w))),
);
for (const file of files) {
  const { benches } = (await import(`./${file}`)) as { benches?: () => Promise<readonly Figure[]> };
  if (!benches) continue;
  for (const figure of await benches()) console.log(JSON.stringify(figure));
}
