import * as fs from 'node:fs';
import { dirname } from 'node:path';

/** How a file is opened: to read it; to read it and write on from what it holds; empty, made where it is not there. */
export type OpenMode = 'read' | 'update' | 'create';

/** An open file. Rejections carry the operating system's `code` (`ENOSPC`, `EIO` ...). */
export interface OpenFile {
  /** Fills `buffer` from this position on; answers how many bytes there were, 0 at the end of the file. */
  read(buffer: Buffer, position: number): Promise<number>;
  /** Answers how many bytes were written, which may be fewer than given without an error: a nearly full disk does that. */
  write(bytes: Buffer, position: number): Promise<number>;
  /** Resolves when what was written is on the disk. After a rejection nothing can be concluded from a later success. */
  sync(): Promise<void>;
  truncate(size: number): Promise<void>;
  /** Its size, and how many names lead to it. */
  stat(): Promise<{ size: number; names: number }>;
  close(): Promise<void>;
}

/** All that the store asks of the operating system, so that tests can let each call fail and forget what was not synced. */
export interface FileSystem {
  open(path: string, mode: OpenMode): Promise<OpenFile>;
  exists(path: string): Promise<boolean>;
  /** Replaces what is at `to`. Survives a power cut only once the folder is synced. */
  rename(from: string, to: string): Promise<void>;
  /** No error where there is nothing to remove. */
  remove(path: string): Promise<void>;
  /** With the folders above it; no error where it is there. */
  makeFolder(path: string): Promise<void>;
  /** Resolves when files made, renamed and removed in this folder stay so. */
  syncFolder(path: string): Promise<void>;
  /** The path without symbolic links, so that one file has one name; of a file that is not there, that of its folder and name. */
  realPath(path: string): Promise<string>;
}

const FLAGS: Record<OpenMode, string> = { read: 'r', update: 'r+', create: 'w+' };

/** The file system of the machine. Plain descriptors and callbacks: a `FileHandle` costs several times as much a call. */
export const nodeFileSystem: FileSystem = {
  open: (path, mode) =>
    answer<number>((done) => fs.open(path, FLAGS[mode], 0o600, done)).then((fd) => new NodeFile(fd)),
  exists: (path) =>
    answer<fs.Stats>((done) => fs.stat(path, done)).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return false;
        throw error;
      },
    ),
  rename: (from, to) => answer<void>((done) => fs.rename(from, to, done)),
  remove: (path) => answer<void>((done) => fs.rm(path, { force: true }, done)),
  makeFolder,
  async syncFolder(path) {
    // Windows cannot open a folder; its renames need no such step.
    if (process.platform === 'win32') return;
    const folder = new NodeFile(await answer<number>((done) => fs.open(path, 'r', done)));
    try {
      await folder.fullSync();
    } catch (error) {
      // Some network file systems have no such step.
      if (!['EINVAL', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    } finally {
      await folder.close();
    }
  },
  realPath: (path) =>
    answer<string>((done) => fs.realpath(path, done)).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      const folder = dirname(path);
      return (await answer<string>((done) => fs.realpath(folder, done))) + path.slice(folder.length);
    }),
};

class NodeFile implements OpenFile {
  constructor(private readonly fd: number) {}

  read(buffer: Buffer, position: number): Promise<number> {
    return answer((done) => fs.read(this.fd, buffer, 0, buffer.length, position, done));
  }

  write(bytes: Buffer, position: number): Promise<number> {
    return answer((done) => fs.write(this.fd, bytes, 0, bytes.length, position, done));
  }

  sync(): Promise<void> {
    return answer((done) => fs.fdatasync(this.fd, done));
  }

  fullSync(): Promise<void> {
    return answer((done) => fs.fsync(this.fd, done));
  }

  truncate(size: number): Promise<void> {
    return answer((done) => fs.ftruncate(this.fd, size, done));
  }

  stat(): Promise<{ size: number; names: number }> {
    return answer<fs.Stats>((done) => fs.fstat(this.fd, done)).then(({ size, nlink }) => ({ size, names: nlink }));
  }

  close(): Promise<void> {
    return answer((done) => fs.close(this.fd, done));
  }
}

type Done<T> = (error: Error | null, value?: T) => void;

function answer<T>(call: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value as T)));
  });
}

/** Writes all of it, however many calls that takes. Rejects where the disk takes no more. */
export async function writeFully(file: OpenFile, bytes: Buffer, position: number): Promise<void> {
  let written = await file.write(bytes, position);
  while (written < bytes.length) {
    const more = await file.write(bytes.subarray(written), position + written);
    // The error of a full disk comes with the call after the short one; a disk that answers neither must not be asked for ever.
    if (more <= 0) throw Object.assign(new Error('The disk takes no more bytes'), { code: 'ENOSPC' });
    written += more;
  }
}

/** Step by step, because Node's recursive mkdir never ends below a folder that takes none, such as `/proc`. */
async function makeFolder(path: string): Promise<void> {
  try {
    await makeOneFolder(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await makeOneFolder(path);
  }
}

/** The new name is synced as well: with a lost folder everything in it is lost. */
async function makeOneFolder(path: string): Promise<void> {
  try {
    await answer<void>((done) => fs.mkdir(path, done));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  await nodeFileSystem.syncFolder(dirname(path));
}
