import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const resolve = {
  alias: [
    { find: /^tidegate\/testing$/, replacement: at('./core/testing/index.ts') },
    { find: /^tidegate$/, replacement: at('./index.ts') },
  ],
};
/** Not in a process that runs other tests: one counts what calls allocate, and so what has been compiled before, the other fills the memory of columns. */
const ALONE = ['core/indicators/live-allocation.test.ts', 'core/columns/column-memory.test.ts'];
const project = (name: string, include: string[], testTimeout: number, isolate = true) => ({
  resolve,
  test: {
    name,
    include,
    isolate,
    exclude: ['**/node_modules/**', ...(isolate ? [] : ALONE)],
    setupFiles: [at('./tests/fixed-seed.ts')],
    testTimeout,
    hookTimeout: testTimeout,
    pool: 'forks' as const,
  },
});

export default defineConfig({
  test: {
    // Vitest leaves one core to a watcher, which on two cores halves the speed of a run; and tests end to end wait half of their time, for
    // candles that close and commands that start: more of them than cores run at once.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    projects: [
      project(
        'unit',
        ['{core,plugins,strategies}/**/*.test.ts', 'tests/{architecture,golden,types}/**/*.test.ts'],
        30_000,
        // They keep no state between files: one process after the other would cost 0.2 s a file.
        false,
      ),
      project('e2e', ['tests/e2e/**/*.test.ts', ...ALONE], 120_000),
      project('package', ['tests/package/**/*.test.ts'], 300_000),
      project('parity', ['tests/parity/**/*.test.ts'], 600_000),
      project('soak', ['tests/soak/**/*.test.ts'], 1_800_000),
    ],
  },
});
