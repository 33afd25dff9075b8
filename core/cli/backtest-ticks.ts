import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import { counted } from '../report/format.ts';
import type { TickRun } from '../runtime/ticks/tick-run.ts';
import { configOf, dataFolder, type RunFlags } from './run-options.ts';
import type { DataOrigin } from './stored-run.ts';

export interface TickFlags extends RunFlags {
  readonly out?: string;
  readonly json?: boolean;
  readonly report?: boolean;
  readonly keep?: boolean;
}

/** `tidegate backtest --ticks`, and `tidegate ticks run`. */
export async function backtestTicks(flags: TickFlags): Promise<void> {
  const config = await configOf(flags);
  const [{ assembleTicks }, { runTicks }] = await Promise.all([
    import('../runtime/ticks/assemble-ticks.ts'),
    import('../runtime/ticks/tick-run.ts'),
  ]);
  const folder = dataFolder(flags, config);
  const run = await runTicks(await assembleTicks(config, { userdir: flags.userdir, dataFolder: folder }));
  await reportTicks(run, flags, { config, data: { folder } });
}

/** Prints a run on ticks, keeps it and writes its pages. */
export async function reportTicks(
  run: TickRun,
  flags: Pick<TickFlags, 'json' | 'keep' | 'out' | 'report' | 'userdir'>,
  origin: { readonly config: Config; readonly data: DataOrigin } | undefined,
): Promise<void> {
  const { tickDocument } = await import('../runtime/ticks/tick-document.ts');
  const document = tickDocument(run.result);
  const { keepResult, printJson, writeDocument } = await import('./run-and-report.ts');
  if (flags.json) printJson(document);
  else process.stdout.write(tableOf(run));
  const kept =
    flags.keep === false
      ? undefined
      : await keepResult(document, { userdir: flags.userdir, ...(origin && { origin }) });
  const out = flags.out ?? kept;
  if (!out) return;
  mkdirSync(out, { recursive: true });
  if (out !== kept) await writeDocument(out, document, kept);
  if (flags.report === false) return;
  const { renderTickPage } = await import('../report/ticks/render-tick-page.ts');
  const { tickPageData } = await import('../runtime/ticks/tick-page-data.ts');
  const { pairToFileName } = await import('../domain/instrument.ts');
  for (const [k, { pair }] of run.session.markets.entries()) {
    const page = join(out, k === 0 ? 'report.html' : `report-${pairToFileName(pair.pair)}.html`);
    writeFileSync(page, renderTickPage(tickPageData(run, k)));
    if (!flags.json) process.stdout.write(`report ${resolve(page)}\n`);
  }
}

function tableOf({ result }: TickRun): string {
  const { split, messages, markouts, inputs } = result;
  const n = (x: number, digits = 2) => (Number.isFinite(x) ? x.toFixed(digits) : 'n/a');
  const splitLine = (s: typeof split) =>
    `spread ${n(s.spread)}, inventory ${n(s.inventory)}, fees ${n(-s.fees)}, funding ${n(s.funding)}, total ${n(s.total)}`;
  const gates = Object.entries(result.decisionCounts)
    .sort((a, b) => b[1].refused - a[1].refused)
    .slice(0, 12)
    .map(([key, c]) => `  ${key}: ${c.passed} passed, ${c.refused} refused`);
  const refused = Object.entries(result.rejected)
    .sort((a, b) => b[1] - a[1])
    .map(([reason, count]) => `${reason} ${count}`);
  return [
    `${inputs.strategies.join(', ')} on ${inputs.pairs.join(', ')}, ${new Date(result.from).toISOString()} to ${new Date(result.to).toISOString()}`,
    `balance ${n(result.startingBalance)} -> ${n(result.finalBalance)}, ${counted(result.trades.length, 'trade')}, ${counted(result.fills.length, 'fill')}`,
    `split   ${splitLine(split)}`,
    ...result.byPair.map((row) => `  ${row.pair} ${splitLine(row.split)}`),
    `markout ${markouts.map((m) => `${m.seconds} s ${n(m.bps)} bps`).join(', ')}`,
    `messages ${messages.requests}, ${n(messages.orderToTradeRatio, 1)} per fill, ${messages.held} held back`,
    ...(refused.length > 0 ? [`refused ${refused.join(', ')}`] : []),
    ...(result.fills.length === 0 && messages.requests > 0
      ? ['nothing was filled: what was asked for was never reached, or ended before it was']
      : []),
    ...(gates.length > 0 ? ['gates', ...gates] : []),
    `hash ${result.hash.slice(0, 16)} inputs ${result.inputHash.slice(0, 16)}`,
    ...result.notes.map((note) => `note: ${note}`),
    '',
  ].join('\n');
}
