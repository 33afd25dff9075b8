import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { type RecordedStart, readRecording, SessionRecorder } from './session-recording.ts';

const root = mkdtempSync(join(tmpdir(), 'tidegate-recording-'));
afterAll(() => rmSync(root, { recursive: true }));

const start = { version: 1, startMs: 1_000, firstOrderId: 7 } as RecordedStart;
const until = (time: number) => ({ kind: 'until', time }) as const;

function recorderIn(folder: string, most = 1e6) {
  const onFull = vi.fn();
  const recorder = new SessionRecorder({ folder: join(root, folder), most }, 'bot 1', onFull);
  recorder.begin(start);
  return { recorder, onFull };
}

const read = ({ path }: SessionRecorder) => {
  const { start, entries } = readRecording(path);
  return { start, entries: [...entries] };
};

it('reads what was written, in its order', () => {
  const { recorder } = recorderIn('order');
  recorder.input(until(1));
  recorder.input(until(2));
  recorder.flush();
  recorder.input(until(3));
  recorder.flush();
  expect(read(recorder)).toEqual({ start, entries: [1, 2, 3].map((time) => ({ input: until(time) })) });
});

it('writes at least every two seconds of the session, so that a kill loses no more', () => {
  const { recorder } = recorderIn('batches');
  recorder.input(until(3e9));
  recorder.input(until(4e9));
  expect(read(recorder).entries).toEqual([]);
  recorder.input(until(5.1e9));
  expect(read(recorder).entries).toHaveLength(2);
});

it('leaves out a batch that a kill cut short, and keeps those before it', () => {
  const { recorder } = recorderIn('cut');
  for (const time of [1, 2]) {
    recorder.input(until(time));
    recorder.flush();
  }
  truncateSync(recorder.path, readFileSync(recorder.path).length - 1);
  expect(read(recorder).entries).toEqual([{ input: until(1) }]);
});

it('stops at its size, says so once, and can be read up to there', () => {
  const { recorder, onFull } = recorderIn('full', 400);
  for (let time = 1; time <= 50; time++) {
    recorder.input(until(time));
    recorder.flush();
  }
  const { entries } = read(recorder);
  expect(entries.length).toBeGreaterThan(0);
  expect(entries).toEqual(entries.map((_, k) => ({ input: until(k + 1) })));
  expect(readFileSync(recorder.path).length).toBeLessThanOrEqual(400);
  expect(onFull).toHaveBeenCalledOnce();
});

it('makes room: the newest recordings that hold no more than the size stay', () => {
  const folder = join(root, 'room');
  recorderIn('room');
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  const old = (name: string, age: number) => {
    writeFileSync(join(folder, name), Buffer.alloc(100));
    utimesSync(join(folder, name), 1_000_000 - age, 1_000_000 - age);
  };
  old('a.session', 1);
  old('b.session', 3);
  old('c.session', 2);
  old('other.txt', 9);
  recorderIn('room', 250);
  expect(readdirSync(folder).sort()).toEqual(['a.session', 'bot-1.session', 'c.session', 'other.txt']);
});

it('names a file that is no recording', () => {
  const path = join(root, 'none.session');
  writeFileSync(path, 'nothing');
  for (const at of [path, join(root, 'absent')])
    expect(() => readRecording(at)).toThrow(expect.objectContaining({ code: 'RECORDING_FILE', where: at }));
});
