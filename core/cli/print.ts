/** Prints text on standard output, its last line ended. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** A report of a search as JSON, without the trials' daily returns. */
export function reportJson(report: unknown): string {
  return JSON.stringify(report, (key, value: unknown) =>
    key === 'returns' ? undefined : value instanceof Float64Array ? Array.from(value) : value,
  );
}
