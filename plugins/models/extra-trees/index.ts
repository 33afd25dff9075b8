import { definePlugin, forestModule, forestOptions } from 'tidegate';

/** Extremely randomised trees (Geurts, Ernst and Wehenkel 2006): thresholds drawn at random, every tree on all rows. */
export default definePlugin({
  kind: 'model',
  name: 'extra-trees',
  version: '1.0.0',
  doc: 'extremely randomised trees: random thresholds, all rows',
  options: forestOptions,
  create: (options) => forestModule('extra-trees', options, true),
});
