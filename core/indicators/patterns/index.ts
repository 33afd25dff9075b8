export * from './four-and-five.ts';
export * from './hikkake.ts';
export * from './single.ts';
export * from './stars.ts';
export * from './three-continuation.ts';
export * from './three-reversal.ts';
export * from './two-continuation.ts';
export * from './two-reversal.ts';
