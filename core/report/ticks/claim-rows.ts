import { type ClaimsData, type FlowClaim, rSquaredBounds } from './claims-data.ts';

/** What a document says, and what was found. */
export interface ClaimRow {
  readonly claim: string;
  readonly found: string;
}

/** The claims of the scalping document beside what the ticks say, whatever comes out. */
export function claimRows({ flow, classifier, imbalance, parkinson }: ClaimsData): readonly ClaimRow[] {
  const { efficiency, found, windows, bars, steps } = parkinson;
  return [
    {
      claim: 'OFI explains about 65 % of contemporaneous price moves',
      found: explained(flow, 'best', 'at the best price'),
    },
    {
      claim: 'levels one to five are worth summing, deeper is noise',
      found: explained(flow, 'five', 'of the sum over five levels'),
    },
    {
      claim: 'OFI is the best short-horizon predictor, at 1 to 5 s',
      found: explained(flow, 'bestNext', "of the next interval's move"),
    },
    {
      claim: 'the quote rule classifies about 80 % of trades',
      found: classifier
        ? `it decides ${share(classifier.byQuote, classifier.trades)} of ${classifier.trades} trades, and is right in ${share(classifier.rightQuote, classifier.byQuote)} of them (aggressor flags as truth)`
        : 'no trade tells who took',
    },
    {
      claim: 'Lee-Ready is 15 to 20 % better than the tick rule',
      found: classifier
        ? `right in ${share(classifier.rightLeeReady, classifier.trades)} against ${share(classifier.rightTick, classifier.trades)} of the tick rule: ${((100 * (classifier.rightLeeReady - classifier.rightTick)) / classifier.trades).toFixed(1)} points`
        : 'no trade tells who took',
    },
    {
      claim: 'depth imbalance above 0.65 is a reliable bullish signal',
      found: imbalance
        .map(({ seconds, up, down, meanBps }) =>
          up + down === 0
            ? `no moves within ${seconds} s`
            : `${share(up, up + down, 0)} of moves up within ${seconds} s (${up + down} moves that overlap, mean ${meanBps.toFixed(2)} bps)`,
        )
        .join(', '),
    },
    {
      claim: "Parkinson's estimator is about five times as efficient",
      found: `${efficiency.toFixed(2)} times (variance of the estimated variance, relative to its mean; ${windows} windows of ${bars} bars of ${steps} steps); it finds ${(100 * found).toFixed(1)} % of the true variance, since steps are discrete`,
    },
  ];
}

/** R² by length of the interval, with bounds, and where it is highest. */
function explained(flow: readonly FlowClaim[], key: 'best' | 'five' | 'bestNext', what: string): string {
  const known = flow.filter((row) => Number.isFinite(row[key]));
  if (known.length === 0) return 'there is no book, or it never moved';
  const most = known.reduce((a, b) => (b[key] > a[key] ? b : a));
  const parts = known.map((row) => `${percent(row[key])} over ${row.seconds} s (${boundsText(row[key], row.n)})`);
  return `R² ${what}: ${parts.join(', ')}; most at ${most.seconds} s`;
}

/** `26 to 43 %, n = 68`. */
export function boundsText(r2: number, n: number): string {
  const [low, high] = rSquaredBounds(r2, n);
  return `${Number.isNaN(low) ? '' : `${(100 * low).toFixed(0)} to ${(100 * high).toFixed(0)} %, `}n = ${n}`;
}

function percent(x: number): string {
  return `${(100 * x).toFixed(1)} %`;
}

function share(part: number, whole: number, digits = 1): string {
  return `${((100 * part) / whole).toFixed(digits)} %`;
}
