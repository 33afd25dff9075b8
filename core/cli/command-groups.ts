/** Headings of `--help`, and the commands under each. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'Begin:': ['demo', 'new', 'doctor', 'config'],
  'Look up:': ['list', 'show', 'results', 'plot', 'explore', 'compute'],
  'Market data:': ['download', 'data', 'ticks', 'record'],
  'Backtest:': ['backtest', 'batch', 'check', 'robustness', 'pairlist'],
  'Tune:': ['hyperopt', 'walk-forward', 'cross-validate', 'worker'],
  'Learn:': ['dataset', 'features', 'train', 'models', 'learning', 'volatility'],
  'Trade:': ['trade', 'tell', 'halt', 'compare', 'export', 'backup', 'import', 'replay'],
};

/** The heading that a command stands under. */
export function groupOf(command: string): string {
  return Object.entries(GROUPS).find(([, names]) => names.includes(command))?.[0] ?? 'Commands:';
}
