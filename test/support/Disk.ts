import { DiskFile } from './DiskFile.js';

/** A change of the folder that may or may not have reached the disk. */
type FolderChange = (names: Map<string, DiskFile>) => void;

/** What a disk holds: bytes by name. */
export type Files = Readonly<Record<string, Buffer>>;

/** Of more changes than these only some selections are tried. */
const MOST_NAMES = 6;

/**
 * A model of a disk that knows what is on it and what only seems to be: bytes until their file is synced, names until
 * their folder is. What is not synced reaches it in any selection and any order.
 */
export class Disk {
  private readonly names = new Map<string, DiskFile>();
  private durableNames = new Map<string, DiskFile>();
  private folderChanges: FolderChange[] = [];

  /** With these files on it; those of `unsynced` seem to be there, but were never synced. */
  static holding(files: Files, unsynced: Files = {}): Disk {
    const disk = new Disk();
    for (const [name, bytes] of Object.entries(files)) disk.names.set(name, DiskFile.durable(bytes));
    for (const [name, bytes] of Object.entries(unsynced)) {
      const file = new DiskFile();
      file.write(bytes, 0);
      disk.names.set(name, file);
    }
    disk.durableNames = new Map(disk.names);
    return disk;
  }

  file(name: string): DiskFile | undefined {
    return this.names.get(name);
  }

  /** How many names lead to a file, as processes see it. */
  namesOf(file: DiskFile): number {
    return [...this.names.values()].filter((one) => one === file).length;
  }

  /** What each file holds as processes see it. */
  files(): Files {
    return Object.fromEntries([...this.names].map(([name, file]) => [name, file.bytes()]));
  }

  create(name: string): DiskFile {
    const file = new DiskFile();
    this.change((names) => names.set(name, file));
    return file;
  }

  rename(from: string, to: string): void {
    const file = this.names.get(from);
    if (file === undefined) throw new Error(`There is no ${from} to rename`);
    this.change((names) => {
      names.set(to, file);
      if (names.get(from) === file) names.delete(from);
    });
  }

  remove(name: string): void {
    if (this.names.has(name)) this.change((names) => names.delete(name));
  }

  syncNames(): void {
    this.durableNames = new Map(this.names);
    this.folderChanges = [];
  }

  /** Everything that a power cut in this moment may leave. */
  *afterPowerCut(): Generator<Files> {
    const files = new Set([...this.names.values(), ...this.durableNames.values()]);
    const unsynced = [...files].filter((file) => file.isUnsynced);
    for (const names of this.possibleNames()) {
      if (unsynced.length === 0) yield contents(names, (file) => file.bytes());
      for (const one of unsynced) {
        for (const state of one.states()) {
          yield contents(names, (file) => (file === one ? state : file.bytes()));
          if (unsynced.length > 1) yield contents(names, (file) => (file === one ? state : file.synced()));
        }
      }
    }
  }

  private change(change: FolderChange): void {
    change(this.names);
    this.folderChanges.push(change);
  }

  private *possibleNames(): Generator<Map<string, DiskFile>> {
    const { length } = this.folderChanges;
    const tried = Math.min(length, MOST_NAMES);
    for (let selection = 0; selection < 2 ** tried; selection++) {
      const names = new Map(this.durableNames);
      this.folderChanges.forEach((change, index) => {
        // Of many changes the newest are tried in every selection, with all of the older ones.
        const bit = index - (length - tried);
        if (bit < 0 || selection & (1 << bit)) change(names);
      });
      yield names;
    }
  }
}

function contents(names: Map<string, DiskFile>, bytesOf: (file: DiskFile) => Buffer): Files {
  return Object.fromEntries([...names].map(([name, file]) => [name, bytesOf(file)]));
}
