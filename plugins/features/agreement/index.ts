import {
  agreement,
  defineTickFeature,
  LobFeatures,
  lstmFallback,
  MidClock,
  OrderFlowImbalance,
  OuSignal,
  RollingHurst,
  z,
} from 'tidegate';

/** Whether flow, reversion and the book agree on a direction; trades are refused below 0.6. */
export default defineTickFeature({
  name: 'agreement',
  version: '1.0.0',
  doc: 'whether flow, reversion and the book agree on a direction; trades are refused below 0.6 (ticks)',
  options: z.object({
    threshold: z.number().min(0).max(1).default(0.6).describe('least confidence'),
    sampleMs: z.number().positive().default(1000).describe('clock of the mids for reversion, ms'),
  }),
  stream({ threshold, sampleMs }) {
    const ofi = new OrderFlowImbalance();
    const lob = new LobFeatures();
    const hurst = new RollingHurst();
    const ou = new OuSignal();
    const vector = new Float64Array(lob.size);
    let now = 0;
    let last = Number.NaN;
    const clock = new MidClock(sampleMs, (mid) => {
      if (last > 0) hurst.add(Math.log(mid / last));
      last = mid;
      ou.update(mid, hurst.value);
    });
    const judge = () => {
      const flow = Math.tanh((ofi.z || 0) / 2);
      const book = lob.isReady && lob.read(now, vector) ? lstmFallback(vector) : 0;
      return agreement([flow, ou.signal, book], [1 / 3, 1 / 3, 1 / 3], threshold);
    };
    return {
      values: {
        get direction() {
          return judge().direction;
        },
        get confidence() {
          return judge().confidence;
        },
        get isAccepted() {
          return judge().accepted ? 1 : 0;
        },
      },
      onTime(time, mid) {
        now = time;
        clock.advanceTo(time, mid);
      },
      onBook(book) {
        ofi.update(book);
        lob.update(book);
        now = book.time;
      },
      onGap() {
        ofi.forgetBook();
      },
    };
  },
});
