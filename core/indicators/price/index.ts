export { avgdev } from './avgdev.ts';
export { avgprice } from './avgprice.ts';
export { medprice } from './medprice.ts';
export { typprice } from './typprice.ts';
export { wclprice } from './wclprice.ts';
