export * from './filters.ts';
export * from './hurst.ts';
export * from './mean-reversion.ts';
