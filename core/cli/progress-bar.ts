import { createRequire } from 'node:module';

/** A progress bar on standard error, or nothing where there is no terminal (or none is wanted). */
export function progressBar(name: string, quiet = false): { update(done: number): void; stop(): void } {
  if (quiet || !process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  // Loaded only where there is a terminal to draw on.
  const { Presets, SingleBar } = createRequire(import.meta.url)('cli-progress') as typeof import('cli-progress');
  const bar = new SingleBar(
    {
      format: `${name} {bar} {percentage} % | {eta_formatted} left`,
      stream: process.stderr,
      clearOnComplete: true,
      // A run that is ended by a signal could not show it again.
      hideCursor: false,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );
  bar.start(1000, 0);
  return { update: (done) => bar.update(Math.round(done * 1000)), stop: () => bar.stop() };
}

/** Does work under a progress bar, which is gone when the work has ended, however it ends. */
export async function withBar<T>(
  name: string,
  quiet: boolean | undefined,
  work: (update: (done: number) => void) => T | Promise<T>,
): Promise<T> {
  const bar = progressBar(name, quiet);
  try {
    return await work(bar.update);
  } finally {
    bar.stop();
  }
}

/** Writes to standard output while a bar may be drawn, which is drawn again below it. */
export function printOverBar(text: string): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  process.stdout.write(text);
}
