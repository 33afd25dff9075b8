import type { BacktestPlaces, BacktestSettings, ScriptedRun } from './scripted-backtest.ts';

/** `scriptedBacktest`, loaded on first use: who imports the framework does not wait for the engine. */
export async function backtest(settings: BacktestSettings, places: BacktestPlaces): Promise<ScriptedRun> {
  return (await import('./scripted-backtest.ts')).scriptedBacktest(settings, places);
}
