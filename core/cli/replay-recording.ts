import { configOf, dataFolder, type RunFlags } from './run-options.ts';

export interface ReplayRecordingFlags extends RunFlags {
  readonly json?: boolean;
}

/** `tidegate ticks replay` */
export async function replayRecording(file: string, flags: ReplayRecordingFlags): Promise<void> {
  const [{ assembleReplay }, { replayTicks }, { dateTime }] = await Promise.all([
    import('../runtime/ticks/assemble-ticks.ts'),
    import('../runtime/ticks/replay-ticks.ts'),
    import('../report/format.ts'),
  ]);
  const config = await configOf(flags);
  const code = await assembleReplay(config, { userdir: flags.userdir, dataFolder: dataFolder(flags, config) }, file);
  const { session, isReal, from, to, ...counts } = await replayTicks(code, file);
  const { equity } = session.engine.ledger;
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ file, isReal, from, to, ...counts, equity })}\n`);
    return;
  }
  const { rows, sent, orders, fills } = counts;
  process.stdout.write(
    `${file}: ${isReal ? 'real orders' : 'paper'}, ${dateTime(from)} to ${dateTime(to)} UTC, ${rows} rows of the market\n` +
      `the same ${sent} quotes and orders by hand, ${orders} orders of the engine and ${fills} fills, bit for bit\n`,
  );
}
