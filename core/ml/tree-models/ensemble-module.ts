import { TidegateError } from '../../foundation/errors.ts';
import type { Dataset, ModelModule, Predictions, SavedModel } from '../../ports/learning-modules.ts';
import { pickRows } from '../dataset/split-dataset.ts';
import { expectSaved } from '../linear/saved.ts';
import { areaUnderCurve } from '../scores/area-under-curve.ts';

export interface EnsembleSpec {
  readonly name: string;
  /** Of the saved form. */
  readonly version: number;
  readonly options: Readonly<Record<string, unknown>>;
  /** Makes a member afresh; called once per member and fit. */
  readonly members: readonly (() => ModelModule)[];
  /** `equal`, or by how much better than chance each member did on the latest rows. */
  readonly weighting: 'equal' | 'skill';
  /** Share of rows, the latest, that skill is measured on. */
  readonly holdout: number;
}

/**
 * Several models as one: direction is the weighted mean of theirs; confidence is that of the mean times the weight of the members that agree with
 * its sign; volatility the weighted mean of those that have one. A member without an opinion on a row does not count there.
 * With skill weights, each member learns on the earlier rows first (purged by their labels), its weight is how far its AUC on the latest rows is
 * above 0.5 (equal weights where none is), then all learn again on all rows.
 */
export function ensembleModule(spec: EnsembleSpec): ModelModule {
  const { name, version } = spec;
  let fit: { readonly members: readonly ModelModule[]; readonly weights: Float64Array } | null = null;
  const fitted = () => {
    if (fit) return fit;
    throw new TidegateError('MODEL_NOT_FITTED', `model "${name}" has learned nothing yet`, {
      remedy: 'Train it (tidegate train), or load a saved one.',
    });
  };
  return {
    name,
    weighsFeatures: true,
    fit(dataset) {
      const members = spec.members.map((make) => make());
      for (const member of members) member.fit(dataset);
      fit = { members, weights: spec.weighting === 'skill' ? skillWeights(spec, dataset) : equal(members.length) };
    },
    predictInto(columns, out, from, to) {
      const { members, weights } = fitted();
      const said = members.map((member) => {
        const own = emptyPredictions(to - from);
        member.predictInto(
          columns.map((column) => column.subarray(from, to)),
          own,
          0,
          to - from,
        );
        return own;
      });
      for (let i = from; i < to; i++) combine(said, weights, i - from, out, i);
    },
    save: () => savedMembers(spec, fitted().members, fitted().weights),
    load(saved) {
      expectSaved(saved, name, version, ['weights']);
      const stored = saved.meta.members as readonly Omit<SavedModel, 'arrays'>[] | undefined;
      if (!Array.isArray(stored) || stored.length !== spec.members.length)
        throw new TidegateError(
          'MODEL_MISMATCH',
          `the saved model has ${stored?.length ?? 'no'} members, this one ${spec.members.length}`,
          { where: `model "${name}"`, remedy: 'Load it with the options that it was saved with.' },
        );
      const members = spec.members.map((make, k) => {
        const member = make();
        const prefix = `${k}.`;
        const own = Object.entries(saved.arrays).filter(([key]) => key.startsWith(prefix));
        member.load({
          ...(stored[k] as SavedModel),
          arrays: Object.fromEntries(own.map(([key, values]) => [key.slice(prefix.length), values])),
        });
        return member;
      });
      fit = { members, weights: saved.arrays.weights!.slice() };
    },
    importance() {
      const { members, weights } = fitted();
      const shares = members.map((member) => member.importance!());
      return shares[0]!.map((_, c) => shares.reduce((sum, share, k) => sum + weights[k]! * share[c]!, 0));
    },
  };
}

function combine(said: readonly Predictions[], weights: Float64Array, row: number, out: Predictions, i: number): void {
  let total = 0;
  let direction = 0;
  let confidence = 0;
  let known = 0;
  let volatility = 0;
  said.forEach((own, k) => {
    const weight = weights[k]!;
    if (!Number.isNaN(own.direction[row]!)) {
      total += weight;
      direction += weight * own.direction[row]!;
      confidence += weight * own.confidence[row]!;
    }
    if (!Number.isNaN(own.volatility[row]!)) {
      known += weight;
      volatility += weight * own.volatility[row]!;
    }
  });
  const mean = direction / total;
  let agreeing = 0;
  said.forEach((own, k) => {
    if (Math.sign(own.direction[row]!) === Math.sign(mean)) agreeing += weights[k]!;
  });
  // 0 / 0 is NaN: no member has an opinion.
  out.direction[i] = mean;
  out.confidence[i] = (confidence / total) * (agreeing / total);
  out.volatility[i] = volatility / known;
}

/** Shares of skill above chance on the latest rows, from members that have not seen them. */
function skillWeights({ members, holdout }: EnsembleSpec, dataset: Dataset): Float64Array {
  const times = dataset.availableAt.slice(0, dataset.rows).sort();
  const cut = times[Math.floor(times.length * (1 - holdout))]!;
  const rows = Array.from({ length: dataset.rows }, (_, i) => i);
  const early = pickRows(
    dataset,
    rows.filter((i) => dataset.availableAt[i]! < cut && dataset.labelAt[i]! < cut),
  );
  const late = pickRows(
    dataset,
    rows.filter((i) => dataset.availableAt[i]! >= cut && !Number.isNaN(dataset.target[i]!)),
  );
  const values = Array.from(new Set(late.target)).sort((a, b) => a - b);
  const isReal = values.length > 3;
  const middle = (values[0]! + values.at(-1)!) / 2;
  const skills = members.map((make) => {
    const member = make();
    member.fit(early);
    const said = emptyPredictions(late.rows);
    member.predictInto(late.columns, said, 0, late.rows);
    const asked = Array.from(late.target.keys()).filter(
      (i) => !Number.isNaN(said.direction[i]!) && late.target[i] !== (isReal ? 0 : middle),
    );
    const up = asked.map((i) => (late.target[i]! > (isReal ? 0 : middle) ? 1 : 0));
    const area = areaUnderCurve(
      asked.map((i) => said.direction[i]!),
      up,
    );
    return Math.max(0, Number.isNaN(area) ? 0 : area - 0.5);
  });
  const sum = skills.reduce((a, b) => a + b, 0);
  return sum > 0 ? Float64Array.from(skills, (s) => s / sum) : equal(members.length);
}

function savedMembers(spec: EnsembleSpec, members: readonly ModelModule[], weights: Float64Array): SavedModel {
  const saved = members.map((member) => member.save());
  const arrays: Record<string, Float64Array> = { weights: weights.slice() };
  saved.forEach((own, k) => {
    for (const [key, values] of Object.entries(own.arrays)) arrays[`${k}.${key}`] = values;
  });
  return {
    name: spec.name,
    version: spec.version,
    meta: { options: spec.options, members: saved.map(({ name, version, meta }) => ({ name, version, meta })) },
    arrays,
  };
}

function equal(count: number): Float64Array {
  return new Float64Array(count).fill(1 / count);
}

function emptyPredictions(rows: number): Predictions {
  return { direction: new Float64Array(rows), confidence: new Float64Array(rows), volatility: new Float64Array(rows) };
}
