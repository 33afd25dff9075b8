export * from './drawdown.ts';
export * from './range-estimators.ts';
export * from './return-volatility.ts';
