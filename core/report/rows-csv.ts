/** A row of a table: columns by name. */
export type CsvRow = Readonly<Record<string, unknown>>;

/**
 * Rows as CSV (RFC 4180, header line, CRLF). Columns are those of the first row; the named ones hold times in ms UTC and become ISO 8601. Numbers are
 * written in full, undefined and NaN empty, objects as JSON. A text that a spreadsheet would run as a formula gets an apostrophe in front.
 */
export function rowsCsv(rows: readonly CsvRow[], timeColumns: readonly string[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns.map((name) => snakeCase(name)).join(',')];
  for (const row of rows)
    lines.push(columns.map((name) => csvField(timeColumns.includes(name) ? isoOf(row[name]) : row[name])).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

/** One field of CSV, quoted where it must be. */
export function csvField(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const plain = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const text = /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function isoOf(time: unknown): string | null {
  return typeof time === 'number' && Number.isFinite(time) ? new Date(time).toISOString() : null;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
