import { TidegateError } from '../../foundation/errors.ts';
import type { ModelDocument } from '../../ml/store/model-document.ts';
import type { ModuleChoice, Registry } from '../../registry/registry.ts';
import { declareMarket } from '../../strategy/market.ts';
import { hashText } from './build-dataset.ts';
import { type ColumnDeclarer, columnDeclarer } from './declared-columns.ts';

/** A feature as a model's lineage records it. */
interface FeatureRecord {
  readonly set?: string;
  readonly feature?: string;
  readonly version: unknown;
  readonly options: Readonly<Record<string, unknown>>;
  readonly only?: readonly string[];
}

/**
 * What declares the features that a stored model learned from, checked by hash against what is installed.
 * @throws TidegateError MODEL_MISMATCH naming the first difference
 */
export async function expectSameFeatures(
  registry: Registry,
  document: ModelDocument,
  reference: string,
): Promise<ColumnDeclarer> {
  const { lineage, featureNames, featureHash } = document;
  const learned = lineage.features as readonly FeatureRecord[];
  const declare = await columnDeclarer(
    registry,
    learned.map(
      ({ set, feature, only, options }): ModuleChoice => ({
        ...options,
        name: (set ?? feature)!,
        ...(only && { only }),
      }),
    ),
  );
  const now = declare(declareMarket(lineage.pairs[0]!, lineage.timeframe));
  const names = [...now.series.keys()];
  if (hashText({ names, record: now.record }) === featureHash) return declare;
  const other = learned.findIndex((one, k) => JSON.stringify(one) !== JSON.stringify(now.record[k]));
  const column = featureNames.findIndex((name, k) => name !== names[k]);
  const what =
    other >= 0
      ? `it learned from ${JSON.stringify(learned[other])}, here is ${JSON.stringify(now.record[other])}`
      : column >= 0
        ? `feature ${column + 1} was "${featureNames[column]}", here it is ${names[column] ? `"${names[column]}"` : 'missing'}`
        : `it learned from ${featureNames.length} features, here are ${names.length}`;
  throw new TidegateError('MODEL_MISMATCH', `the features have changed since it was trained: ${what}`, {
    where: `model ${reference}`,
    remedy: 'Train it anew, or install the version of the features that it learned from.',
    details: { learned: featureHash },
  });
}
