export * from './session-levels.ts';
export * from './swings.ts';
export * from './volume-profile.ts';
