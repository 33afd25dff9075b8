import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expectedLines, runHftFile } from '../vectors/hft.ts';

const vectors = process.env.TIDEGATE_VECTORS ?? join(import.meta.dirname, '../../../shared/vectors');
const folder = join(vectors, 'hft');
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
if (files.length === 0) console.log(`quoting vectors are not at ${folder}: skipped`);

it.skipIf(files.length === 0)(
  'sends the same requests and gets the same fills as the reference, to the nanosecond',
  () => {
    for (const file of files) {
      const text = readFileSync(join(folder, file), 'utf8');
      const run = runHftFile(JSON.parse(text), folder);
      expect([...run.exact].sort(), file).toEqual(expectedLines(text).sort());
      const { final } = JSON.parse(text) as { final: Record<string, number> };
      for (const [name, value] of Object.entries(final)) {
        expect(Math.abs(run.computed.final[name]! - value), `${file} ${name}`).toBeLessThanOrEqual(
          1e-9 * Math.abs(value),
        );
      }
    }
  },
);
