import { definePlugin, garchModule, garchOptions } from 'tidegate';

/** TARCH(1,1,1): of deviations in place of variances, falls count more (Zakoian 1994). */
export default definePlugin({
  kind: 'volatility',
  name: 'tarch',
  version: '1.0.0',
  doc: 'TARCH(1,1,1): of deviations in place of variances, falls count more (Zakoian 1994)',
  options: garchOptions,
  create: (options) => garchModule('tarch', options),
});
