import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot, packageVersion } from '../package-root.ts';
import { cachedTrainer } from './cached-trainer.ts';
import type { LearningServices } from './learned-run.ts';
import { modelContent } from './make-model.ts';
import { threadTrainer } from './thread-trainer.ts';
import { thriftyTrainer } from './thrifty-trainer.ts';
import { ownTrainer, type Trainer } from './trainer.ts';

/**
 * The trainer of a run: in threads where there may be some, and never the same window twice.
 * @param isAway trains in threads alone: this one has other things to do
 */
export function makeTrainer(
  { registry, jobs, userdir, packages, cacheFolder }: LearningServices,
  isAway = false,
): Trainer {
  const setup = { ...(userdir !== undefined && { userdir }), ...(packages && { packages }) };
  const own = ownTrainer(registry);
  const threads = () => threadTrainer(setup, jobs);
  const inner = isAway ? threads() : jobs > 1 ? thriftyTrainer(own, threads) : own;
  const code = `${ownCode()} ${registry.foreignCode}`;
  return cachedTrainer(inner, code, cacheFolder, (model) => modelContent(registry, model));
}

let sources: string | undefined;

/** Of the package: its version, or, run from its sources, the sources of what learns. */
function ownCode(): string {
  sources ??= import.meta.url.endsWith('.ts') ? sourcesHash() : packageVersion();
  return sources;
}

function sourcesHash(): string {
  const hash = createHash('sha256');
  for (const folder of ['core/ml', 'plugins/models'])
    for (const file of readdirSync(join(packageRoot(), folder), { recursive: true, encoding: 'utf8' }).sort())
      if (file.endsWith('.ts') && !file.endsWith('.test.ts'))
        hash.update(readFileSync(join(packageRoot(), folder, file)));
  return hash.digest('hex');
}
