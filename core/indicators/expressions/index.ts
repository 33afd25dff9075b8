export { barsSince, crossOver, crossUnder, highestSince, iff, lowestSince, nz, valueWhen } from './functions.ts';
