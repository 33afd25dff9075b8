/** Volatility models as modules, for plugins. */
export { EwmaModel } from './ewma.ts';
export { garchModule, garchOptions } from './garch-module.ts';
export { HarModel } from './har.ts';
export { RangeAverage } from './range-average.ts';
export { volatilityModule } from './volatility-module.ts';
