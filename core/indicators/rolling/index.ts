export * from './dependence.ts';
export * from './distribution.ts';
export * from './entropy.ts';
export * from './log-return.ts';
