export { htDcperiod } from './ht-dcperiod.ts';
export { htDcphase } from './ht-dcphase.ts';
export { htPhasor } from './ht-phasor.ts';
export { htSine } from './ht-sine.ts';
export { htTrendmode } from './ht-trendmode.ts';
