export { EXPANSION, type Expandable, type Expansion, expandFeatures } from './expand-features.ts';
export { withOptions } from './with-options.ts';
