import { checkFinite, checkOption, type DriftDetector } from './adwin.ts';

export interface PageHinkleyOptions {
  /** Change of the mean to ignore, in the units of the rows (default 0.005). */
  readonly slack?: number;
  /** Alarm level (default 50). */
  readonly threshold?: number;
  /** Rows before an alarm is possible (default 30). */
  readonly learning?: number;
  /** Which changes count (default both). */
  readonly way?: 'up' | 'down' | 'both';
}

/** Page-Hinkley test (Page 1954) of a change of the mean; starts afresh after an alarm. O(1). */
export class PageHinkley implements DriftDetector {
  readonly #slack: number;
  readonly #threshold: number;
  readonly #learning: number;
  readonly #way: 'up' | 'down' | 'both';
  #rows = 0;
  #mean = 0;
  #up = 0;
  #down = 0;

  constructor({ slack = 0.005, threshold = 50, learning = 30, way = 'both' }: PageHinkleyOptions = {}) {
    checkOption('slack', slack, slack >= 0, 'a number from 0');
    checkOption('threshold', threshold, threshold > 0, 'a number above 0');
    checkOption('learning', learning, Number.isInteger(learning) && learning >= 1, 'a whole number from 1');
    this.#slack = slack;
    this.#threshold = threshold;
    this.#learning = learning;
    this.#way = way;
  }

  step(x: number): boolean {
    checkFinite(x);
    this.#rows++;
    this.#mean += (x - this.#mean) / this.#rows;
    const gap = x - this.#mean;
    this.#up = Math.max(0, this.#up + gap - this.#slack);
    this.#down = Math.max(0, this.#down - gap - this.#slack);
    const isUp = this.#way !== 'down' && this.#up > this.#threshold;
    const isDown = this.#way !== 'up' && this.#down > this.#threshold;
    if (this.#rows < this.#learning || !(isUp || isDown)) return false;
    this.#rows = 0;
    this.#mean = 0;
    this.#up = 0;
    this.#down = 0;
    return true;
  }
}
