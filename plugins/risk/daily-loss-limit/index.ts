import { definePlugin, RealisedBalance, z } from 'tidegate';

const DAY_MS = 86_400_000;

/** Stops entries for the rest of the day once the day has lost too much. */
export default definePlugin({
  kind: 'risk',
  name: 'daily-loss-limit',
  version: '1.0.0',
  doc: 'no new entries for the rest of a day that has lost too much',
  options: z.object({
    maxLoss: z
      .number()
      .gt(0)
      .max(1)
      .default(0.05)
      .describe('largest loss of a day, as a fraction of the balance at its start'),
    maxLossAbs: z
      .number()
      .positive()
      .optional()
      .describe('largest loss of a day in stake currency; the tighter limit holds'),
    dayStartHourUtc: z.number().min(0).lt(24).default(0).describe('hour (UTC) at which a day begins'),
    counts: z
      .enum(['realised', 'equity'])
      .default('realised')
      .describe('realised: closed trades; equity: what open positions stand at as well'),
  }),
  create({ maxLoss, maxLossAbs = Number.POSITIVE_INFINITY, dayStartHourUtc, counts }) {
    const balance = new RealisedBalance();
    const shift = dayStartHourUtc * 3_600_000;
    return {
      name: 'daily-loss-limit',
      review({ kind, time }, _stake, { account, closed, startingBalance }) {
        if (kind !== 'entry') return { verdict: 'allow' };
        const dayStart = Math.floor((time - shift) / DAY_MS) * DAY_MS + shift;
        let k = 0;
        while (k < closed.count && closed.closeTime(k) >= dayStart) k++;
        const before = startingBalance + balance.after(closed, k);
        const now = counts === 'equity' ? account.equity : startingBalance + balance.after(closed, 0);
        return before - now >= Math.min(maxLoss * before, maxLossAbs)
          ? { verdict: 'deny', reason: 'daily_loss_limit' }
          : { verdict: 'allow' };
      },
    };
  },
});
