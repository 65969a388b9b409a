import { dirname } from 'node:path';

/** The files of a store, all in one folder. */
export interface StorePaths {
  folder: string;
  snapshot: string;
  journal: string;
  /** What becomes `snapshot` and `journal` at the end of a rewrite. */
  nextSnapshot: string;
  nextJournal: string;
}

/** `path` is that of the data file. */
export function storePaths(path: string): StorePaths {
  return {
    folder: dirname(path),
    snapshot: path,
    journal: `${path}.journal`,
    nextSnapshot: `${path}.tmp`,
    nextJournal: `${path}.journal.next`,
  };
}
