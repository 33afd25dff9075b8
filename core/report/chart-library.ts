import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { TidegateError } from '../foundation/errors.ts';

let text: string | undefined;

/**
 * The chart library's stand-alone script, licence header included, read once from the installed package `lightweight-charts`
 * (Apache License 2.0, TradingView, Inc.).
 * @throws TidegateError REPORT_CHART_LIBRARY
 */
export function chartLibrary(): string {
  text ??= readLibrary();
  return text;
}

function readLibrary(): string {
  try {
    const manifest = createRequire(import.meta.url).resolve('lightweight-charts/package.json');
    return readFileSync(join(dirname(manifest), 'dist/lightweight-charts.standalone.production.js'), 'utf8')
      .replace(/\/\/# sourceMappingURL=.*$/m, '')
      .replaceAll('</script', '<\\/script');
  } catch (cause) {
    throw new TidegateError('REPORT_CHART_LIBRARY', 'the chart library cannot be read', {
      where: 'package lightweight-charts',
      remedy: 'Install the dependencies again with `npm ci`, or ask for the results as JSON or CSV instead of a page.',
      cause,
    });
  }
}
