import type { BlockFeatures } from '../../report/sections/learned-features.ts';
import type { BlockReport } from './learning-report.ts';

/** What features told each block: all trainings of all its pairs, in the order of their moments. Blocks that do not say have no features. */
export function featureTrails(reports: readonly BlockReport[]): BlockFeatures[] {
  return [...new Set(reports.map((report) => report.block))].map((block) => {
    // A model of all pairs is in the report of each.
    const all = new Set(reports.filter((report) => report.block === block).flatMap((report) => report.trainings));
    const told = [...all].filter((training) => training.features !== undefined).sort((a, b) => a.at - b.at);
    const names = told[0]?.features ?? [];
    const isWeighed = told.some((training) => training.featureWeights);
    return {
      block,
      trainings: told.length,
      features: names.map((name, f) => ({
        name,
        importance: told.map((training) => training.importance?.[f] ?? Number.NaN),
        weight: isWeighed ? told.map((training) => training.featureWeights?.[f] ?? Number.NaN) : [],
      })),
    };
  });
}
