export { ad } from './ad.ts';
export { adosc } from './adosc.ts';
export { obv } from './obv.ts';
