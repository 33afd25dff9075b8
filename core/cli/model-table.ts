import type { PredictionScores } from '../ml/scores/prediction-scores.ts';
import { broughtFrom, type ModelDocument } from '../ml/store/model-document.ts';
import { textTable } from '../report/text-table.ts';

/** Figures in the order they are shown; those of size of errors are written in exponents. */
export const FIGURES = [
  'accuracy',
  'upShare',
  'precision',
  'recall',
  'f1',
  'auc',
  'logLoss',
  'mcc',
  'mse',
  'mae',
  'r2',
  'ic',
  'icAcross',
] as const satisfies readonly (keyof PredictionScores)[];
/** What a figure is called where its own name would not do. */
export const LABELS: Partial<Record<(typeof FIGURES)[number], string>> = {
  upShare: 'share up',
  f1: 'F1',
  auc: 'AUC',
  logLoss: 'log loss',
  mcc: 'MCC',
  mse: 'MSE',
  mae: 'MAE',
  r2: 'R²',
  ic: 'IC',
  icAcross: 'IC across pairs',
};
const PARTS = ['train', 'validation', 'test'] as const;

/** A model without its arrays: what `--json` prints. */
export function modelJson({ saved, steps, ...rest }: ModelDocument): unknown {
  return {
    ...rest,
    steps: steps.map(({ name }) => name),
    saved: { name: saved.name, version: saved.version, meta: saved.meta },
  };
}

/** All that is known of a model, as text. */
export function modelReport(model: ModelDocument): string {
  const { lineage, rows, scores, importance, featureNames } = model;
  const day = (ms: number | null) => (ms === null ? '…' : new Date(ms).toISOString().slice(0, 10));
  const figures = textTable(['', ...PARTS]);
  figures.push(['rows', ...PARTS.map((part) => String(rows[part]))]);
  figures.push(['up or down', ...PARTS.map((part) => String(scores[part].moved))]);
  for (const name of FIGURES)
    if (scores.test[name] !== undefined)
      figures.push([LABELS[name] ?? name, ...PARTS.map((part) => figure(scores[part][name]))]);
  for (const [k, { share }] of scores.test.byConfidence.entries())
    figures.push([
      `hits, surest ${share * 100} %`,
      ...PARTS.map((part) => figure(scores[part].byConfidence[k]?.hitRate ?? Number.NaN)),
    ]);
  const file = broughtFrom(lineage.model.options);
  const origin = file
    ? `learned elsewhere (${file}): whether it has seen these rows is not known`
    : `trained on labels up to ${new Date(lineage.trainedUntil).toISOString()}`;
  const lines = [
    `${model.name}@${model.version}  ${lineage.model.name} on ${lineage.label.name}, ${featureNames.length} features`,
    `${lineage.exchange} ${lineage.pairs.join(', ')} ${lineage.timeframe}, ${day(lineage.from)} to ${day(lineage.to)}${lineage.dataKind === 'synthetic' ? ', SYNTHETIC market' : ''}`,
    `${origin}, dataset ${lineage.datasetHash.slice(0, 12)}, seed ${lineage.seed ?? 'none'}, Tidegate ${lineage.codeVersion}; ${rows.purged} rows purged`,
    figures.toString(),
  ];
  if (model.tuning) {
    const { trials, failed, objective, options } = model.tuning;
    lines.splice(
      3,
      0,
      `options chosen by ${trials} trials on the validation rows (${objective}${failed > 0 ? `, ${failed} failed` : ''}): ${JSON.stringify(options)}`,
    );
  }
  if (importance) {
    const top = importance.map((share, c) => ({ share, name: featureNames[c]! })).sort((a, b) => b.share - a.share);
    const shares = textTable(['feature', 'importance']);
    for (const { name, share } of top.slice(0, 15)) shares.push([name, `${(100 * share).toFixed(1)} %`]);
    lines.push(shares.toString());
  }
  return `${lines.join('\n')}\n`;
}

/** Two models beside each other: their test figures, and what differs in where they come from. */
export function modelComparison(a: ModelDocument, b: ModelDocument): string {
  const label = (m: ModelDocument) => `${m.name}@${m.version}`;
  const figures = textTable(['on its test rows', label(a), label(b)]);
  for (const name of FIGURES)
    if ((a.scores.test[name] ?? b.scores.test[name]) !== undefined)
      figures.push([LABELS[name] ?? name, figure(a.scores.test[name]), figure(b.scores.test[name])]);
  const origin = textTable(['differs', label(a), label(b)], 3);
  const described = (m: ModelDocument) => ({ ...m.lineage, prepare: m.steps.map(({ name }) => name) });
  for (const [path, x, y] of differences(described(a), described(b))) origin.push([path, short(x), short(y)]);
  if (origin.length === 0) origin.push(['nothing', '', '']);
  const isSame = a.lineage.datasetHash === b.lineage.datasetHash;
  return `${figures.toString()}\n${origin.toString()}\n${isSame ? 'Same dataset: the figures can be compared.' : 'DIFFERENT datasets: the figures are of different rows.'}\n`;
}

/** Kept versions, one a line. */
export function modelList(
  rows: readonly { readonly model: ModelDocument; readonly isPromoted: boolean; readonly bytes: number }[],
): string {
  const out = textTable(['model', 'module', 'label', 'pairs', 'trained until', 'test AUC', 'test IC', 'size', ''], 5);
  for (const { model, isPromoted, bytes } of rows)
    out.push([
      `${model.name}@${model.version}`,
      model.lineage.model.name,
      model.lineage.label.name,
      `${model.lineage.pairs.join(' ')} ${model.lineage.timeframe}`,
      broughtFrom(model.lineage.model.options)
        ? 'elsewhere'
        : new Date(model.lineage.trainedUntil).toISOString().slice(0, 10),
      figure(model.scores.test.auc),
      figure(model.scores.test.ic),
      `${Math.ceil(bytes / 1024)} KiB`,
      isPromoted ? 'promoted' : '',
    ]);
  return `${out.toString()}\n`;
}

/** Undefined figures are NaN here and null once they have been stored. */
function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  return Math.abs(value) < 1e-3 && value !== 0 ? value.toExponential(2) : value.toFixed(4);
}

/** Where two plain values differ: path, and both as JSON. Objects are looked into, lists are not. */
function differences(a: unknown, b: unknown, path = ''): [path: string, a?: string, b?: string][] {
  // Options of two modules are not the same options.
  if (isRecord(a) && isRecord(b) && a.name !== b.name) return differences(a.name, b.name, `${path}.name`);
  if (isRecord(a) && isRecord(b))
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
      differences(a[key], b[key], path ? `${path}.${key}` : key),
    );
  const [x, y] = [JSON.stringify(a), JSON.stringify(b)];
  return x === y ? [] : [[path, x, y]];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function short(text: string | undefined): string {
  const whole = text ?? '–';
  return whole.length > 48 ? `${whole.slice(0, 45)}…` : whole;
}
