import { createHash } from 'node:crypto';
import type { FittedWindow } from './fit-window.ts';

/** SHA-256 of what a training learned: arrays, settings, preparation, calibration. */
export function fittedHash({ saved, steps, calibration }: FittedWindow): string {
  const hash = createHash('sha256').update(JSON.stringify([saved.name, saved.version, saved.meta]));
  const put = (name: string, values: Float64Array) => {
    hash.update(name);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  };
  for (const name of Object.keys(saved.arrays).sort()) put(name, saved.arrays[name]!);
  for (const step of steps)
    for (const name of Object.keys(step.state).sort()) put(`${step.name}.${name}`, step.state[name]!);
  if (calibration) {
    put(`${calibration.kind}.x`, calibration.x);
    put('y', calibration.y);
  }
  return hash.digest('hex');
}
