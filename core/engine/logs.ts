import { RecordLog } from '../columns/record-log.ts';

/** Fields of the engine's columnar logs. Times in engine ns; strings as ids of the engine's string table. */
export const ORDER_FIELDS = ['id', 'slot', 'purpose', 'kind', 'sign', 'ticks', 'lots', 'createdAt', 'tag'] as const;
export const FILL_FIELDS = [
  'time',
  'order',
  'slot',
  'position',
  'purpose',
  'sign',
  'ticks',
  'lots',
  'fee',
  'maker',
  'funding',
  'tag',
] as const;
export const TRADE_FIELDS = [
  'position',
  'slot',
  'sign',
  'openedAt',
  'closedAt',
  'openRate',
  'closeRate',
  'lots',
  'stake',
  'leverage',
  'fees',
  'funding',
  'profitAbs',
  'profitRatio',
  'reason',
  'entryTag',
  'exitTag',
  'initialStop',
  'lastStop',
  'liquidation',
  'minRate',
  'maxRate',
] as const;
/** `count` is how many events in a row a record stands for: quiet candle batches are run-length coded. */
export const AUDIT_FIELDS = ['seq', 'time', 'kind', 'count', 'subject', 'a', 'b'] as const;

export type OrderLog = RecordLog<(typeof ORDER_FIELDS)[number]>;
export type FillLog = RecordLog<(typeof FILL_FIELDS)[number]>;
export type TradeLog = RecordLog<(typeof TRADE_FIELDS)[number]>;
export type AuditLog = RecordLog<(typeof AUDIT_FIELDS)[number]>;

/** The engine's four logs, empty. */
export function engineLogs(): { orders: OrderLog; fills: FillLog; trades: TradeLog; audit: AuditLog } {
  return {
    orders: new RecordLog(ORDER_FIELDS),
    fills: new RecordLog(FILL_FIELDS),
    trades: new RecordLog(TRADE_FIELDS),
    audit: new RecordLog(AUDIT_FIELDS),
  };
}
