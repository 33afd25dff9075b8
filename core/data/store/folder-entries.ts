import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What is in a folder, by name. Links count as what they point to; those that point nowhere are left out, and so is what begins with a dot. */
export interface FolderEntries {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** Lists a folder; one that is not there is empty. Without waiting, as each answer of a thread costs ten times what asking does. */
export function entriesOf(folder: string): FolderEntries {
  const folders: string[] = [];
  const files: string[] = [];
  for (const entry of sortedEntries(folder)) {
    if (entry.name.startsWith('.')) continue;
    const kind = entry.isSymbolicLink() ? statSync(join(folder, entry.name), { throwIfNoEntry: false }) : entry;
    if (kind?.isDirectory()) folders.push(entry.name);
    else if (kind?.isFile()) files.push(entry.name);
  }
  return { folders, files };
}

/** Files in a folder and `depth` levels of folders in it, each folder's own first. */
export function filesUnder(folder: string, depth: number): string[] {
  const { folders, files } = entriesOf(folder);
  const own = files.map((name) => join(folder, name));
  return depth === 0 ? own : [...own, ...folders.flatMap((name) => filesUnder(join(folder, name), depth - 1))];
}

function sortedEntries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
