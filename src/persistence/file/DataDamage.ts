import { configError } from '../../toolkit/Options.js';

/** How the component calls itself in sentences for the person who runs it. */
export const COMPONENT = 'service-sessions:persistence:file';

/**
 * Stops the start (exit code 78). `what` completes the sentence "FILE, line N: ..."; `remedy` says what to do where it is
 * not to restore a backup.
 */
export function dataDamaged(file: string, line: number | null, what: string, remedy = RESTORE): Error {
  const place = line === null ? file : `${file}, line ${line}`;
  return configError('DATA_DAMAGED', `${COMPONENT}: ${place}: ${what}; ${remedy}; nothing was changed`);
}

const RESTORE =
  'restore the file and its ".journal" together from one backup, or move both away to start without sessions';

/** What is said of a data file that was changed while the journal beside it was not. */
export const REPLACED =
  'restore the file and its ".journal" together from one backup, or, if this file is to count as it is, move the ".journal" away';

/** What becomes of a fault met while making folder and files ready: a wrong path is the configuration's, the rest the disk's. */
export function openingError(path: string, error: unknown): unknown {
  const code = errorCode(error);
  if (!WRONG_PATH.has(code)) return error;
  return configError(
    'PATH_NOT_WRITABLE',
    `${COMPONENT}: path is "${path}" but the file cannot be read, or its folder not be made or written (${code})`,
  );
}

const WRONG_PATH = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  'EISDIR',
  'ENOENT',
  'EEXIST',
  'ENAMETOOLONG',
  'ELOOP',
]);

/** The operating system's word for an error, or an empty text. */
export function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? '';
}
