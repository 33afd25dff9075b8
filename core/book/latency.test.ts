import { expect, it } from 'vitest';
import { constantLatency, distributedLatency, recordedLatency } from './latency.ts';
import { MessageQueue } from './message-queue.ts';

it('keeps entry and response apart', () => {
  const latency = constantLatency({ entryNs: 5, responseNs: 7 });
  expect([latency.entry(1, 0), latency.response(1, 0)]).toEqual([{ kind: 'delivered', ns: 5 }, 7]);
  expect(() => constantLatency({ entryNs: -1, responseNs: 0 })).toThrow('BOOK_LATENCY');
});

it('draws by message number alone, within the quantiles', () => {
  const make = () => distributedLatency({ entry: [10, 20, 90], response: [1, 2], seed: 4, rejectProbability: 0.5 });
  const first = make();
  const later = make();
  for (let i = 0; i < 20; i++) later.entry(0, i);
  expect(later.entry(99, 3)).toEqual(first.entry(0, 3));
  const draws = Array.from({ length: 4000 }, (_, i) => first.entry(0, i));
  expect(draws.every(({ ns }) => ns >= 10 && ns <= 90)).toBe(true);
  const median = draws.map(({ ns }) => ns).sort((a, b) => a - b)[2000]!;
  expect(Math.abs(median - 20)).toBeLessThanOrEqual(1);
  const rejected = draws.filter(({ kind }) => kind === 'rejected').length;
  expect(Math.abs(rejected - 2000)).toBeLessThan(130);
  expect(() => distributedLatency({ entry: [2, 1], response: [1, 1], seed: 1 })).toThrow('ascend');
});

it('interpolates between recorded orders', () => {
  const latency = recordedLatency({ sent: [100, 200], taken: [110, 230], answered: [115, 250] });
  const entries = [50, 100, 150, 200, 999].map((time) => latency.entry(time, 0).ns);
  expect(entries).toEqual([10, 10, 20, 30, 30]);
  // 5 + 0.5 * 15, and on the way down 30 - 0.5 * 15: a part of a ns falls away from what is added, as in hftbacktest's interpolation.
  expect(latency.response(170, 0)).toBe(12);
  const down = recordedLatency({ sent: [100, 200], taken: [130, 215], answered: [130, 215] });
  expect(down.entry(150, 0).ns).toBe(23);
  expect(() => recordedLatency({ sent: [5], taken: [4], answered: [6] })).toThrow('out of order');
});

it('lets no message overtake another', () => {
  const queue = new MessageQueue(() => ({ text: '' }));
  const push = (text: string, arrival: number) => {
    queue.push(arrival).text = text;
  };
  push('slow', 100);
  push('fast', 20);
  expect(queue.nextTime).toBe(100);
  expect([queue.shift().text, queue.nextTime, queue.shift().text, queue.nextTime]).toEqual([
    'slow',
    100,
    'fast',
    Number.POSITIVE_INFINITY,
  ]);
  for (let i = 0; i < 3000; i++) push(String(i), i);
  const first = queue.shift();
  // What was taken is not written over while others come, however many.
  for (let i = 3000; i < 9000; i++) push(String(i), i);
  expect(first.text).toBe('0');
  for (let i = 1; i < 9000; i++) expect(queue.shift().text).toBe(String(i));
  expect([queue.length, queue.nextTime]).toEqual([0, Number.POSITIVE_INFINITY]);
});
