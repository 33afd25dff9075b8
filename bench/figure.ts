/** One measured figure. `reference` is what it is held against, measured in the same run where there is one; `ratio` = value / reference. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly reference?: number;
  readonly ratio?: number;
}

/** CPU seconds that `work` takes: those of `rounds` runs after one to warm up, ascending. */
export async function cpuTimes(work: () => unknown, rounds: number): Promise<readonly number[]> {
  await work();
  const times: number[] = [];
  for (let k = 0; k < rounds; k++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1e6);
  }
  return times.sort((a, b) => a - b);
}

/** CPU seconds that `work` takes: the median of `rounds` runs after one to warm up. */
export async function medianCpu(work: () => unknown, rounds = 5): Promise<number> {
  return (await cpuTimes(work, rounds))[rounds >> 1]!;
}

/** A figure with at most four significant digits. */
export function figure(name: string, value: number, unit: string, reference?: number): Figure {
  const round = (x: number) => Number(x.toPrecision(4));
  return {
    name,
    value: round(value),
    unit,
    ...(reference !== undefined && { reference: round(reference), ratio: round(value / reference) }),
  };
}
