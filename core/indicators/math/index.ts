export { max } from './max.ts';
export { maxindex } from './maxindex.ts';
export { min } from './min.ts';
export { minindex } from './minindex.ts';
export { minmax } from './minmax.ts';
export { minmaxindex } from './minmaxindex.ts';
export { sum } from './sum.ts';
