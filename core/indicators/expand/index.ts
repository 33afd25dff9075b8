export { EXPANSION, type Expandable, type Expansion, expandFeatures } from './expand-features.ts';
