import { definePlugin, garchModule, garchOptions } from 'tidegate';

/** GJR-GARCH(1,1,1): falls count more than rises (Glosten, Jagannathan and Runkle 1993). */
export default definePlugin({
  kind: 'volatility',
  name: 'gjr',
  version: '1.0.0',
  doc: 'GJR-GARCH(1,1,1): falls count more than rises (Glosten, Jagannathan and Runkle 1993)',
  options: garchOptions,
  create: (options) => garchModule('gjr', options),
});
