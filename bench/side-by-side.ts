import { type ChildProcess, fork } from 'node:child_process';

/** The argument that a bench file is started with as one of two processes. */
export const SIDE_BY_SIDE = 'side-by-side';

/** In such a process: does `task` to warm up, says so, then does it once per message and answers with the wall seconds. */
export async function answerRounds(task: () => unknown): Promise<void> {
  await task();
  process.on('message', async () => {
    const start = performance.now();
    await task();
    process.send?.((performance.now() - start) / 1000);
  });
  process.send?.(0);
}

/**
 * What a second core can give at all on this machine: wall time of the same work in two processes side by side, halved, over that of one
 * process alone (medians of `rounds`, by turns). 0.5 where the cores share nothing; two threads cannot be expected to do better.
 */
export async function machineCeiling(file: string, rounds = 3): Promise<number> {
  const children = [0, 1].map(() => fork(file, [SIDE_BY_SIDE]));
  const answer = (child: ChildProcess) =>
    new Promise<number>((resolve, reject) => {
      const gone = () => reject(new Error(`${file} ended before it answered`));
      child.once('exit', gone);
      child.once('message', (seconds) => {
        child.off('exit', gone);
        resolve(seconds as number);
      });
    });
  const ask = (child: ChildProcess) => {
    child.send(0);
    return answer(child);
  };
  await Promise.all(children.map(answer));
  const alone: number[] = [];
  const both: number[] = [];
  for (let r = 0; r < rounds; r++) {
    alone.push(await ask(children[0]!));
    both.push(Math.max(...(await Promise.all(children.map(ask)))));
  }
  for (const child of children) child.kill();
  const median = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1]!;
  return median(both) / (2 * median(alone));
}
