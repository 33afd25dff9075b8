export { max } from './max.ts';
export { min } from './min.ts';
export { sum } from './sum.ts';
