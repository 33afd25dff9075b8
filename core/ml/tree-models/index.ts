export { readLightgbm } from '../trees/lightgbm-read.ts';
export type { TreeModel } from '../trees/tree-model.ts';
export { readXgboost } from '../trees/xgboost-read.ts';
export { ensembleModule } from './ensemble-module.ts';
export { forestModule, forestOptions } from './forest-module.ts';
export { importedTrees } from './imported-trees.ts';
export { boostedTrees, forestTrees, type RowLoss } from './trained-trees.ts';
export { treeModule } from './tree-module.ts';
