import { definePlugin, garchModule, garchOptions } from 'tidegate';

/** EGARCH(1,1): of logarithms, falls may count more than rises (Nelson 1991). */
export default definePlugin({
  kind: 'volatility',
  name: 'egarch',
  version: '1.0.0',
  doc: 'EGARCH(1,1): of logarithms, falls may count more than rises (Nelson 1991)',
  options: garchOptions,
  create: (options) => garchModule('egarch', options),
});
