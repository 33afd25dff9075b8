import { textTable } from '../report/text-table.ts';
import type { Calibration, NamedGap } from '../runtime/ticks/calibrate-ticks.ts';

/** Queue models that are shown. */
const MODELS = 8;
/** Fills below which a ranking of models is mostly chance. */
const FEW = 30;

const WORDS = {
  both: '',
  neither: '',
  onlyLive: 'filled live only',
  onlySimulated: 'filled in the simulation only',
} as const;

/** What a calibration found, for a terminal: delays, the best queue models, and the gap of each order that was filled, live or simulated. */
export function calibrationText({ orders, filled, originMs, latency, fits }: Calibration): string {
  const best = fits[0]!;
  const told = best.gaps.filter(({ verdict }) => verdict !== 'neither');
  const alike = fits.filter(
    (fit) =>
      fit.agreeing === best.agreeing &&
      Object.is(fit.medianGapNs, best.medianGapNs) &&
      Object.is(fit.meanGapNs, best.meanGapNs),
  ).length;
  const silent = best.gaps.length - told.length;
  return [
    `${orders} orders, ${filled} of them filled`,
    `to the exchange ${delays(latency.entry)} ms, back ${delays(latency.response)} ms (least, median, 95 %, most)`,
    '',
    modelTable(fits.slice(0, MODELS)),
    ...(alike > 1 ? [`${alike} models fit alike: ${best.queue} is but the first of them.`] : []),
    '',
    `order by order under ${best.queue}, gap = simulated less live:`,
    ...(told.length > 0 ? [gapTable(told, originMs)] : []),
    ...(silent > 0
      ? [
          `${silent === 1 ? '1 order was' : `${silent} orders were`} filled in neither: --json lists ${silent === 1 ? 'it' : 'them'}, too`,
        ]
      : []),
    ...(filled < FEW ? ['With so few fills the ranking says little: look at the gaps.'] : []),
    '',
  ].join('\n');
}

function modelTable(fits: Calibration['fits']): string {
  const table = textTable(['queue model', 'agree', 'only live', 'only simulated', 'median gap, ms', 'mean gap, ms']);
  for (const { queue, agreeing, onlyLive, onlySimulated, medianGapNs, meanGapNs } of fits)
    table.push([queue, agreeing, onlyLive, onlySimulated, ms(medianGapNs), ms(meanGapNs)]);
  return table.toString();
}

function gapTable(gaps: readonly NamedGap[], originMs: number): string {
  const table = textTable(['order', 'side', 'price', 'amount', 'live', 'simulated', 'gap, ms', ''], 2);
  for (const { id, side, price, amount, livedAt, simulatedAt, gapNs, verdict } of gaps)
    table.push([id, side, price, amount, at(livedAt, originMs), at(simulatedAt, originMs), ms(gapNs), WORDS[verdict]]);
  return table.toString();
}

/** Month, day and time of day, UTC. */
function at(ns: number, originMs: number): string {
  return Number.isNaN(ns) ? '–' : new Date(originMs + ns / 1e6).toISOString().slice(5, 23).replace('T', ' ');
}

function delays(quantiles: readonly number[]): string {
  return [0, 0.5, 0.95, 1].map((p) => ms(quantiles[Math.round(p * (quantiles.length - 1))]!)).join(', ');
}

function ms(ns: number): string {
  return Number.isNaN(ns) ? '–' : (ns / 1e6).toFixed(1);
}
