import type { Trial } from '../trial.ts';
import type { StudyStore } from './store.ts';

/** Trials of one study in memory, for one process. Times are not recorded. */
export function memoryStore(): StudyStore {
  const trials: Trial[] = [];
  const released = new Set<number>();
  return {
    isShared: false,
    open() {},
    claim(decide) {
      const pick = decide({ trials, isOrphan: (number) => released.has(number) });
      if (pick.kind === 'start') trials.push(pick.trial);
      if (pick.kind === 'take') released.delete(pick.number);
      return pick;
    },
    finish(number, ending) {
      const trial = { ...trials[number]!, ...ending };
      trials[number] = trial;
      return trial;
    },
    release: (number) => void released.add(number),
    heartbeat() {},
    trials: () => trials,
  };
}
