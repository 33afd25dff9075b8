import { Presets, SingleBar } from 'cli-progress';

/** A progress bar on standard error, or nothing where there is no terminal (or none is wanted). */
export function progressBar(name: string, quiet = false): { update(done: number): void; stop(): void } {
  if (quiet || !process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const bar = new SingleBar(
    {
      format: `${name} {bar} {percentage} % | {eta_formatted} left`,
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );
  bar.start(1000, 0);
  return { update: (done) => bar.update(Math.round(done * 1000)), stop: () => bar.stop() };
}
