import { openCatalogue } from '../../data/catalogue/catalogue.ts';
import { openSource, wallClock } from '../../data/download/open-source.ts';
import { planDownload } from '../../data/download/plan-download.ts';
import { SPENT_SHARE } from '../../data/download/weight-limiter.ts';
import { dataFolder } from '../run-options.ts';
import { refuseTypes, requestsOf } from './download-requests.ts';
import type { DownloadCommand } from './register-download.ts';

/** Runs `tidegate download --dry-run`: what is missing by series, and how long the exchange's limits make it take; nothing is asked for. */
export async function tellDownload(options: DownloadCommand): Promise<void> {
  refuseTypes(options.type);
  const folder = dataFolder(options);
  const catalogue = await openCatalogue(folder);
  const now = wallClock.now();
  let minutes = 0;
  let hasUnknown = false;
  for (const isPerpetual of [...new Set(options.pairs.map((pair) => pair.includes(':')))]) {
    const source = await openSource({ exchange: options.exchange, isPerpetual });
    try {
      const pairs = options.pairs.filter((pair) => pair.includes(':') === isPerpetual);
      for (const { name, request } of requestsOf(options, pairs, now)) {
        if (request.type === 'book') {
          process.stdout.write(`${name}: ${request.snapshots} snapshots\n`);
          continue;
        }
        const { candles, missingMs, requests, weight } = await planDownload({ source, catalogue }, request, now);
        minutes += (weight ?? 0) / (source.costs.perMinute * SPENT_SHARE);
        hasUnknown ||= requests === null && missingMs > 0;
        const what = candles === null ? lengthOf(missingMs) : `${candles} candles in ${requests} requests`;
        process.stdout.write(`${name}: ${missingMs === 0 ? 'all there' : `${what} missing`}\n`);
      }
    } finally {
      await source.close();
    }
  }
  const more = hasUnknown ? ', and what cannot be known beforehand' : '';
  process.stdout.write(
    `Within the exchange's limits at least ${minutesText(minutes)}${more}; nothing was fetched into ${folder}\n`,
  );
}

function lengthOf(ms: number): string {
  const days = ms / 86_400_000;
  return days >= 2 ? `${days.toFixed(1)} days` : `${(ms / 3_600_000).toFixed(1)} hours`;
}

function minutesText(minutes: number): string {
  return minutes < 1 ? `${Math.ceil(minutes * 60)} s` : `${Math.ceil(minutes)} min`;
}
