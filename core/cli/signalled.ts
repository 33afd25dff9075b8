/** A second signal within so long is the first one again, ms: npx hands on what the terminal or systemd has already sent to everybody. */
const SAME_MS = 1_000;
const NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

/** What signals come from and where they end; the process itself unless a test says otherwise. */
interface SignalPort {
  on(signal: keyof typeof NUMBERS, hear: () => void): unknown;
  now(): number;
  exit(code: number): void;
}

const theProcess: SignalPort = {
  on: (signal, hear) => process.on(signal, hear),
  now: () => performance.now(),
  exit: (code) => {
    process.stderr.write('ended at once: what was on its way is looked up at the next start\n');
    process.exit(code);
  },
};

/** Resolves at the first Ctrl-C or SIGTERM, with its name; one that comes a second or more after it ends the process at once. */
export function signalled(port: SignalPort = theProcess): Promise<string> {
  return new Promise((done) => {
    let first = Number.NaN;
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      port.on(signal, () => {
        if (Number.isNaN(first)) {
          first = port.now();
          done(signal);
        } else if (port.now() - first >= SAME_MS) port.exit(128 + NUMBERS[signal]);
      });
  });
}
