import { TidegateError } from '../foundation/errors.ts';
import { type Savable, StateReader } from './state.ts';

/** Exponential-kernel Hawkes process: intensity = mu + sum over past events of alpha × exp(-beta × age). Rates per second. */
export interface HawkesParameters {
  readonly mu: number;
  /** Jump of the intensity at each event; alpha / beta below 1 is the mean number of events that one event causes. */
  readonly alpha: number;
  readonly beta: number;
}

/** Arrival intensity of events (trades, say) under given parameters (Hawkes, Biometrika 58(1), 1971). O(1) per event. Times ms. */
export class HawkesIntensity implements Savable {
  readonly #parameters: HawkesParameters;
  #excitation = 0;
  #time = Number.NaN;

  constructor(parameters: HawkesParameters) {
    this.#parameters = parameters;
  }

  /** Events per second expected at `now` (ms), given all events so far. */
  at(now: number): number {
    return this.#parameters.mu + (Number.isNaN(this.#time) ? 0 : this.#excitation * this.#decay(now - this.#time));
  }

  /** Notes an event; one older than the last counts as of the last. */
  add(time: number): void {
    const age = Number.isNaN(this.#time) ? 0 : Math.max(0, time - this.#time);
    this.#excitation = this.#excitation * this.#decay(age) + this.#parameters.alpha;
    this.#time = Number.isNaN(this.#time) ? time : this.#time + age;
  }

  #decay(ageMs: number): number {
    return Math.exp((-this.#parameters.beta * ageMs) / 1000);
  }

  save(): number[] {
    return [this.#excitation, this.#time];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.#excitation = reader.next();
    this.#time = reader.next();
  }
}

/** A fitted process and how well it fits. */
export interface HawkesFit extends HawkesParameters {
  /** alpha / beta. */
  readonly branching: number;
  readonly logLikelihood: number;
  readonly iterations: number;
}

/** Log-likelihood of event times (ms, sorted) observed from the first of them to `end`. O(n) by Ozaki's recursion (1979). */
export function hawkesLogLikelihood(times: ArrayLike<number>, end: number, parameters: HawkesParameters): number {
  const { mu, alpha, beta } = parameters;
  const start = times[0]!;
  let excitation = 0;
  let logs = 0;
  let compensator = (mu * (end - start)) / 1000;
  for (let i = 0; i < times.length; i++) {
    const time = times[i]!;
    if (i > 0) excitation = (excitation + 1) * Math.exp((-beta * (time - times[i - 1]!)) / 1000);
    logs += Math.log(mu + alpha * excitation);
    compensator += (alpha / beta) * -Math.expm1((-beta * (end - time)) / 1000);
  }
  return logs - compensator;
}

/**
 * Fits the process to event times (ms, sorted) by expectation maximisation (Veen and Schoenberg, JASA 103, 2008): each event is shared
 * between the background and its predecessors in proportion to their intensities. O(n) per iteration; stops when the log-likelihood
 * gains less than 1e-9 of itself.
 * @throws TidegateError HAWKES_TOO_FEW under 20 events or when they span no time
 */
export function fitHawkes(times: ArrayLike<number>, maxIterations = 2000): HawkesFit {
  const n = times.length;
  const span = n > 0 ? (times[n - 1]! - times[0]!) / 1000 : 0;
  if (n < 20 || !(span > 0))
    throw new TidegateError('HAWKES_TOO_FEW', `a Hawkes fit needs 20 events over some time, not ${n} over ${span} s`, {
      remedy: 'Give a longer stretch of events.',
    });
  let parameters: HawkesParameters = { mu: (0.5 * n) / span, alpha: (0.5 * n) / span, beta: n / span };
  let logLikelihood = hawkesLogLikelihood(times, times[n - 1]!, parameters);
  let iterations = 0;
  while (iterations < maxIterations) {
    iterations++;
    parameters = maximise(times, span, parameters);
    const better = hawkesLogLikelihood(times, times[n - 1]!, parameters);
    const gain = better - logLikelihood;
    logLikelihood = better;
    if (Math.abs(gain) < 1e-9 * Math.abs(better)) break;
  }
  return { ...parameters, branching: parameters.alpha / parameters.beta, logLikelihood, iterations };
}

function maximise(times: ArrayLike<number>, span: number, old: HawkesParameters): HawkesParameters {
  const n = times.length;
  const end = times[n - 1]!;
  let excitation = 0;
  let weightedAge = 0;
  let background = 0;
  let children = 0;
  let ages = 0;
  let exposure = 0;
  let lateAges = 0;
  for (let i = 0; i < n; i++) {
    if (i > 0) {
      const gap = (times[i]! - times[i - 1]!) / 1000;
      const decay = Math.exp(-old.beta * gap);
      weightedAge = (weightedAge + (excitation + 1) * gap) * decay;
      excitation = (excitation + 1) * decay;
    }
    const intensity = old.mu + old.alpha * excitation;
    background += old.mu / intensity;
    children += (old.alpha * excitation) / intensity;
    ages += (old.alpha * weightedAge) / intensity;
    const left = (end - times[i]!) / 1000;
    exposure -= Math.expm1(-old.beta * left);
    lateAges += left * Math.exp(-old.beta * left);
  }
  const branching = children / exposure;
  // Zero of the derivative by beta, the children that the end of the sample cuts off included.
  const beta = children / (ages + branching * lateAges);
  return { mu: background / span, alpha: branching * beta, beta };
}
