import { definePlugin, onlineLinear, vectorModule, z } from 'tidegate';

/** A linear model that learns row by row (stochastic gradient descent, FTRL-Proximal or passive-aggressive) and goes on learning after training. */
export default definePlugin({
  kind: 'model',
  name: 'online-linear',
  version: '1.0.0',
  doc: 'linear model that learns row by row: SGD, FTRL-Proximal or passive-aggressive',
  options: z.object({
    rule: z.enum(['sgd', 'ftrl', 'passive-aggressive']).default('ftrl').describe('how a row moves the weights'),
    rate: z.number().positive().max(10).default(0.05).describe('step size'),
    l1: z.number().min(0).default(0).describe('penalty on absolute weights (ftrl)'),
    l2: z.number().min(0).default(0.0001).describe('penalty on squared weights (sgd, ftrl)'),
    passes: z.int().min(1).max(100).default(3).describe('times that training goes through its rows'),
    task: z
      .enum(['auto', 'classification', 'regression'])
      .default('auto')
      .describe('auto: up to three whole labels are classes'),
  }),
  create(options) {
    return vectorModule({
      name: 'online-linear',
      version: 1,
      task: options.task,
      options,
      train: (rows) => onlineLinear.train(rows, options),
      revive: (arrays, shape) => onlineLinear.revive(arrays, shape, options),
    });
  },
});
