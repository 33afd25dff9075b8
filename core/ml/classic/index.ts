export { type ElasticNetOptions, elasticNet } from './elastic-net.ts';
export { svm, trainSvm } from './linear-svm.ts';
export { multinomial, softmax } from './multinomial.ts';
export { naiveBayes, trainNaiveBayes } from './naive-bayes.ts';
export { type NeighbourOptions, neighbours, trainNeighbours } from './nearest-neighbours.ts';
export { onlineLinear } from './online-linear.ts';
export { adaptiveForestLearner, hoeffdingLearner } from './online-trees.ts';
export { type VectorLearner, type VectorModuleSpec, type VectorRows, vectorModule } from './vector-module.ts';
