/** What a thrown value says: the message of an error, anything else as text. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** A value of somebody else's as an error shows it, in 200 characters: text in quotes, objects as JSON, promises by name. */
export function shown(value: unknown): string {
  if (value instanceof Promise) return 'a promise';
  if (typeof value === 'string' || (typeof value === 'object' && value !== null)) {
    try {
      const text = JSON.stringify(value);
      return text.length > 200 ? `${text.slice(0, 200)}…` : text;
    } catch {
      return 'an object';
    }
  }
  return String(value);
}
