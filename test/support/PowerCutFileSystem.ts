import { randomUUID } from 'node:crypto';
import type { FileSystem, OpenFile, OpenMode } from '../../src/persistence/file/FileSystem.js';
import type { Disk } from './Disk.js';
import type { DiskFile } from './DiskFile.js';

/** What a test does at the calls of a process that change something. */
export interface DiskWatch {
  /** Is called before each. */
  before?(): void;
  /** Whether a sync does its work; called where it would. */
  maySync?(): boolean;
  /** How long a call takes; at once without it. */
  pause?(): Promise<void>;
}

/** The file system of one process on a model of a disk, in memory: see `Disk`. */
export class PowerCutFileSystem implements FileSystem {
  private isKilled = false;
  /** Of no other process, neither of this model nor of the machine: the lock is named after it. */
  private readonly prefix = `/${randomUUID()}`;

  constructor(
    private readonly disk: Disk,
    private readonly watch: DiskWatch = {},
  ) {}

  /** From now on no call comes back, as for a process that is gone. */
  kill(): void {
    this.isKilled = true;
  }

  async open(path: string, mode: OpenMode): Promise<OpenFile> {
    const name = this.nameOf(path);
    if (mode === 'create') {
      await this.change();
      const held = this.disk.file(name);
      held?.truncate(0);
      return this.opened(held ?? this.disk.create(name));
    }
    await this.call();
    const file = this.disk.file(name);
    if (file === undefined) throw noEntry(name);
    return this.opened(file);
  }

  async exists(path: string): Promise<boolean> {
    await this.call();
    return this.disk.file(this.nameOf(path)) !== undefined;
  }

  async rename(from: string, to: string): Promise<void> {
    await this.change();
    if (this.disk.file(this.nameOf(from)) === undefined) throw noEntry(from);
    this.disk.rename(this.nameOf(from), this.nameOf(to));
  }

  async remove(path: string): Promise<void> {
    await this.change();
    this.disk.remove(this.nameOf(path));
  }

  async makeFolder(): Promise<void> {}

  async syncFolder(): Promise<void> {
    const isDone = this.maySync();
    await this.change();
    if (isDone) this.disk.syncNames();
  }

  /** Another one for each process: what was killed here is not gone, and keeps its lock. */
  async realPath(path: string): Promise<string> {
    return this.prefix + path;
  }

  private opened(file: DiskFile): OpenFile {
    return {
      read: async (buffer, position) => {
        await this.call();
        return file.bytes().copy(buffer, 0, position);
      },
      write: async (bytes, position) => {
        await this.change();
        file.write(bytes, position);
        return bytes.length;
      },
      sync: async () => {
        const isDone = this.maySync();
        await this.change();
        if (isDone) file.sync();
      },
      truncate: async (size) => {
        await this.change();
        file.truncate(size);
      },
      stat: async () => {
        await this.call();
        return { size: file.bytes().length, names: this.disk.namesOf(file) };
      },
      close: () => this.call(),
    };
  }

  private maySync(): boolean {
    return this.watch.maySync?.() ?? true;
  }

  private async change(): Promise<void> {
    if (!this.isKilled) this.watch.before?.();
    await this.call();
  }

  private call(): Promise<void> {
    return this.isKilled ? new Promise(() => {}) : (this.watch.pause?.() ?? Promise.resolve());
  }

  private nameOf(path: string): string {
    return path.startsWith(`${this.prefix}/`) ? path.slice(this.prefix.length) : path;
  }
}

function noEntry(name: string): Error {
  return Object.assign(new Error(`There is no ${name}`), { code: 'ENOENT' });
}
