export * from './liquidity.ts';
export * from './money-flow.ts';
export * from './relative-volume.ts';
export * from './vwap.ts';
