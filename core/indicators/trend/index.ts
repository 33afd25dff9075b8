export * from './moving-averages.ts';
export * from './trend-following.ts';
export * from './trend-quality.ts';
