import { expect, it } from 'vitest';
import type { AfterCommand } from './carry-out.ts';
import type { OperatorAnswer, OperatorCommand } from './operator.ts';
import { OperatorLine } from './operator-line.ts';

/** A desk to which commands are given, and work that ends when the test says so. */
function make() {
  const given: { id: string; command: OperatorCommand }[] = [];
  const answers: Record<string, OperatorAnswer> = {};
  const failures: string[] = [];
  const started: string[] = [];
  const ends: { done(after?: AfterCommand): void; fail(message: string): void }[] = [];
  const line = new OperatorLine({
    desk: { take: () => given.splice(0), answer: (id, answer) => void Object.assign(answers, { [id]: answer }) },
    status: (doing) => `doing ${doing}`,
    carryOut: ({ command }) => {
      started.push(command);
      return new Promise((resolve, reject) => {
        ends.push({
          done: (after = 'go-on') => resolve({ text: `${command} done`, after }),
          fail: (message) => reject(new Error(message)),
        });
      });
    },
    onFailure: (command, reason) => void failures.push(`${command}: ${reason}`),
  });
  const give = (id: string, command: OperatorCommand) => {
    given.push({ id, command });
    line.look();
  };
  return { line, give, answers, failures, started, ends };
}
const HALT: OperatorCommand = { command: 'halt', flatten: true };
const turn = () => new Promise((done) => setImmediate(done));

it('status is answered while a halt is on its way, and names it; everything else waits for its turn', async () => {
  const { line, give, answers, started, ends } = make();
  give('a', { command: 'status' });
  expect(answers.a).toEqual({ ok: true, text: 'doing null' });
  give('b', HALT);
  give('c', { command: 'pause' });
  give('d', { command: 'status' });
  expect(answers).toMatchObject({ d: { ok: true, text: 'doing halt' } });
  expect([started, answers.b, line.isBusy]).toEqual([['halt'], undefined, true]);
  ends[0]!.done();
  await turn();
  expect(answers.b).toEqual({ ok: true, text: 'halt done' });
  expect(started).toEqual(['halt', 'pause']);
  ends[1]!.done();
  await line.idle();
  expect([answers.c, line.isBusy, line.after]).toEqual([{ ok: true, text: 'pause done' }, false, 'go-on']);
});

it('a command that fails is answered and told, and the next one is carried out', async () => {
  const { line, give, answers, failures, ends } = make();
  give('a', HALT);
  give('b', { command: 'resume' });
  ends[0]!.fail('something remains');
  await turn();
  expect(answers.a).toEqual({ ok: false, text: 'something remains' });
  expect(failures).toEqual(['halt: something remains']);
  ends[1]!.done();
  await line.idle();
  expect(answers.b).toEqual({ ok: true, text: 'resume done' });
});

it('a halt waits for nothing: it begins beside whatever is on its way, and the session ends after both', async () => {
  const { line, give, answers, started, ends } = make();
  give('a', { command: 'reload' });
  give('b', HALT);
  give('c', { command: 'status' });
  expect([started, answers.c!.text]).toEqual([['reload', 'halt'], 'doing halt']);
  ends[0]!.done('reload');
  await turn();
  expect([line.after, line.isBusy]).toEqual(['reload', true]);
  ends[1]!.done('end');
  await line.idle();
  // Flat is flat: the session that was to follow is not begun.
  expect([line.after, line.isBusy]).toEqual(['end', false]);
});

it('what came while the session was ending is answered: it was not carried out', async () => {
  const { line, give, answers, started, ends } = make();
  give('a', { command: 'stop' });
  give('b', { command: 'pause' });
  ends[0]!.done('end');
  await line.idle();
  await turn();
  expect(answers.b).toMatchObject({ ok: false, text: expect.stringContaining('not carried out') });
  expect(started).toEqual(['stop']);
});

it('after what ends the session nothing more is begun', async () => {
  const { line, give, started, ends } = make();
  give('a', { command: 'reload' });
  give('b', { command: 'pause' });
  ends[0]!.done('reload');
  await line.idle();
  line.look();
  expect([line.after, started]).toEqual(['reload', ['reload']]);
});
