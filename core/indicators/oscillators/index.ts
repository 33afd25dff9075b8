export * from './momentum.ts';
export * from './rsi-family.ts';
export * from './stochastic-family.ts';
