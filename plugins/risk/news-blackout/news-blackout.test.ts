import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testContext, testIntent } from 'tidegate/testing';
import { describe, expect, it } from 'vitest';
import { parseCalendar } from './calendar.ts';
import plugin from './index.ts';

const FOMC = Date.UTC(2024, 2, 20, 18);
const MINUTE = 60_000;
const make = (options: Record<string, unknown>) => plugin.create(plugin.options.parse(options));
const at = (options: Record<string, unknown>, time: number, over: object = {}) =>
  make(options).review(testIntent({ time, ...over }), 100, testContext()).verdict;

describe('news-blackout', () => {
  const events = [{ time: '2024-03-20T18:00:00Z', impact: 'High', currency: 'USD' }];

  it('denies entries from before an event until after it', () => {
    const options = { events, minutesBefore: 10, minutesAfter: 20 };
    const around = [-11, -10, 0, 19, 20].map((minutes) => at(options, FOMC + minutes * MINUTE));
    expect(around).toEqual(['allow', 'deny', 'deny', 'deny', 'allow']);
    expect(at(options, FOMC, { kind: 'addition' })).toBe('allow');
  });

  it('heeds only the impacts and currencies that are asked for', () => {
    expect(at({ events, impacts: ['high'], currencies: ['usd'] }, FOMC)).toBe('deny');
    expect(at({ events, impacts: ['medium'] }, FOMC)).toBe('allow');
    expect(at({ events, currencies: ['EUR'] }, FOMC)).toBe('allow');
  });

  it('joins blackouts that touch into one lock', () => {
    const two = [...events, { time: FOMC + 40 * MINUTE }];
    const module = make({ events: two });
    expect(module.locks!(testContext(), FOMC)).toEqual([{ pair: '*', until: FOMC + 70 * MINUTE }]);
    expect(module.locks!(testContext(), FOMC + 70 * MINUTE)).toEqual([]);
  });

  it('reads a file, and says when there is none', () => {
    const folder = mkdtempSync(join(tmpdir(), 'news-'));
    const file = join(folder, 'news.csv');
    writeFileSync(file, 'Title,Time,Impact\n"Rates, statement",2024-03-20 19:00 +0100,high\n');
    expect(at({ file }, FOMC)).toBe('deny');
    rmSync(folder, { recursive: true });
    expect(() => make({ file })).toThrow(/NEWS_CALENDAR.*cannot be read/);
  });
});

it('tells what its calendar holds, which a run keeps in its input hash', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-'));
  const file = join(folder, 'news.csv');
  const hashOf = (text: string) => {
    writeFileSync(file, text);
    return make({ file }).contentHash;
  };
  try {
    const first = hashOf('time\n2024-03-20T18:00:00Z\n');
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf('time\n2024-03-20T19:00:00Z\n')).not.toBe(first);
    expect(hashOf('time\n2024-03-20T18:00:00Z\n')).toBe(first);
    expect(make({ events: [] }).contentHash).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('a calendar', () => {
  it('is CSV or JSON with times that say their zone', () => {
    const want = { time: FOMC, title: 'Rates, "statement"', impact: 'high', currency: '' };
    expect(parseCalendar('time,title,impact\r\n1710957600000,"Rates, ""statement""",high\r\n', 'x')).toEqual([want]);
    expect(parseCalendar(JSON.stringify([{ ...want, time: '2024-03-20T19:00:00+01:00' }]), 'x')).toEqual([want]);
  });

  it.each([
    ['date,title\n1,x', /columns date, title, none is "time"/],
    ['time\n2024-03-20 18:00', /"2024-03-20 18:00" is no moment \(x, event 1\).*with an offset/],
    ['[{"title":"x"}]', /nothing is no moment/],
    ['[{', /is no JSON/],
  ])('is refused otherwise: %j', (text, message) => {
    expect(() => parseCalendar(text, 'x')).toThrow(message);
  });
});
