import type { FileSystem, OpenFile } from './FileSystem.js';

/** As much of a file as is freed in one go. */
const FREE_BYTES = 8 << 20;

/**
 * A file that is about to lose its name. It is held open while that happens, and given back to the disk piece by piece: a
 * disk that is to free hundreds of megabytes at once keeps every sync waiting until it has, a fifth of a second and more.
 */
export class ReplacedFile {
  /** Null: there is none. */
  constructor(private readonly file: OpenFile | null) {}

  /** Where it cannot be opened it is freed when it loses its name. */
  static async hold(fileSystem: FileSystem, path: string): Promise<ReplacedFile> {
    return new ReplacedFile(await fileSystem.open(path, 'update').catch(() => null));
  }

  /** Once it has certainly lost its name: frees and closes it; all at once where `signal` is aborted. */
  async free(signal: AbortSignal): Promise<void> {
    try {
      const { size, names } = (await this.file?.stat()) ?? { size: 0, names: 0 };
      // A hard link may be somebody's backup.
      for (let left = size - FREE_BYTES; names === 0 && left > 0 && !signal.aborted; left -= FREE_BYTES) {
        await this.file?.truncate(left);
      }
    } catch {
      // Closing it frees it too.
    }
    await this.close();
  }

  async close(): Promise<void> {
    await this.file?.close().catch(() => {});
  }
}
