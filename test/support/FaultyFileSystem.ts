import type { FileSystem, OpenFile } from '../../src/persistence/file/FileSystem.js';

/** How a call fails: with an error, or by writing less than it was given, as a nearly full disk does before it says so. */
export type Fault = 'EIO' | 'ENOSPC' | 'EROFS' | 'short write';

/** A call as tests name it, such as `sync` or `rename`. */
export type FileCall = keyof FileSystem | keyof OpenFile;

/** Another file system, on which calls can be made to fail. */
export class FaultyFileSystem implements FileSystem {
  /** All calls so far, in order. */
  readonly calls: FileCall[] = [];
  /** Answers how a call fails, `index` being its place in `calls`; null where it does not. */
  fault: (call: FileCall, index: number) => Fault | null = () => null;

  constructor(private readonly inner: FileSystem) {}

  open: FileSystem['open'] = async (path, mode) => {
    this.check('open');
    return this.faulty(await this.inner.open(path, mode));
  };
  exists: FileSystem['exists'] = (path) => this.checked('exists', () => this.inner.exists(path));
  rename: FileSystem['rename'] = (from, to) => this.checked('rename', () => this.inner.rename(from, to));
  remove: FileSystem['remove'] = (path) => this.checked('remove', () => this.inner.remove(path));
  makeFolder: FileSystem['makeFolder'] = (path) => this.checked('makeFolder', () => this.inner.makeFolder(path));
  syncFolder: FileSystem['syncFolder'] = (path) => this.checked('syncFolder', () => this.inner.syncFolder(path));
  realPath: FileSystem['realPath'] = (path) => this.checked('realPath', () => this.inner.realPath(path));

  private faulty(file: OpenFile): OpenFile {
    return {
      read: (buffer, position) => this.checked('read', () => file.read(buffer, position)),
      write: async (bytes, position) => {
        const fault = this.check('write');
        return file.write(fault === 'short write' ? bytes.subarray(0, bytes.length >> 1) : bytes, position);
      },
      sync: () => this.checked('sync', () => file.sync()),
      truncate: (size) => this.checked('truncate', () => file.truncate(size)),
      stat: () => this.checked('stat', () => file.stat()),
      close: () => this.checked('close', () => file.close()),
    };
  }

  private async checked<T>(call: FileCall, run: () => Promise<T>): Promise<T> {
    this.check(call);
    return run();
  }

  private check(call: FileCall): Fault | null {
    this.calls.push(call);
    const fault = this.fault(call, this.calls.length - 1);
    if (fault === null || fault === 'short write') return fault;
    throw Object.assign(new Error(`${fault}: made by the test, ${call}`), { code: fault });
  }
}
