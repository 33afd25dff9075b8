import { definePlugin, forestModule, forestOptions } from 'tidegate';

/** Random forest (Breiman 2001): probabilities of a direction, or the mean of a real-valued label. */
export default definePlugin({
  kind: 'model',
  name: 'random-forest',
  version: '1.0.0',
  doc: 'random forest: trees on resampled rows, with a sample of features per split',
  options: forestOptions,
  create: (options) => forestModule('random-forest', options, false),
});
