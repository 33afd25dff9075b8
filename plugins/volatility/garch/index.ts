import { definePlugin, garchModule, garchOptions } from 'tidegate';

/** GARCH(1,1): tomorrow moves like today and the day before (Bollerslev 1986). */
export default definePlugin({
  kind: 'volatility',
  name: 'garch',
  version: '1.0.0',
  doc: 'GARCH(1,1): tomorrow moves like today and the day before (Bollerslev 1986)',
  options: garchOptions,
  create: (options) => garchModule('garch', options),
});
