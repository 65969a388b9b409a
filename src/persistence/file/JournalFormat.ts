import { crc32 } from 'node:zlib';

/** What the journal's first line says. */
export interface JournalHeader {
  /** The snapshot that the records continue. */
  snapshot: {
    bytes: number;
    /** CRC-32 of all its bytes. */
    sum: number;
    /** True where this store wrote it; false for the file of an older service, left as it was. */
    written: boolean;
  };
  /** The number of the last record that the snapshot contains; the next line has the one after it. */
  n: number;
  /** The checksum of that record, from which that of the next line goes on. */
  chain: number;
  /** When the file of an older service was taken over (milliseconds since 1970); null where there was none. */
  adoptedAt: number | null;
}

/** One record as read: what it does and its checksum, from which the next one goes on. */
export interface JournalLine {
  operations: unknown[];
  sum: number;
}

const FORMAT = 'sessions-journal-1';
/** `,"sum":"0123abcd"}` at the end of every line. */
const SUM_BYTES = 18;
const HEX = /^[0-9a-f]{8}$/;

export const NEWLINE = 0x0a;

/** The header as a line. */
export function headerLine({ snapshot, n, chain, adoptedAt }: JournalHeader): Buffer {
  const text = JSON.stringify({
    format: FORMAT,
    snapshot: { ...snapshot, sum: hex(snapshot.sum) },
    n,
    chain: hex(chain),
    adopted_at: adoptedAt,
  }).slice(0, -1);
  return Buffer.from(text + lineEnd(crc32(text)));
}

/** Reads the first line, without its newline. Null where it is not exactly what `headerLine` writes. */
export function readHeaderLine(bytes: Buffer): JournalHeader | null {
  const value = parse(bytes) as { snapshot?: Partial<JournalHeader['snapshot']>; [key: string]: unknown } | null;
  const sum = value?.snapshot?.sum as unknown;
  if (typeof sum !== 'string' || typeof value?.['chain'] !== 'string') return null;
  const header = {
    snapshot: { ...value.snapshot, sum: Number.parseInt(sum, 16) },
    n: value['n'],
    chain: Number.parseInt(value['chain'], 16),
    adoptedAt: value['adopted_at'],
  } as JournalHeader;
  return headerLine(header).subarray(0, -1).equals(bytes) ? header : null;
}

/** How the line of record `n` begins; the operations follow, separated by commas, then `LINE_TAIL` and `lineEnd`. */
export function lineStart(n: number): string {
  return `{"n":${n},"do":[`;
}

export const LINE_TAIL = ']';

/** How a line ends whose bytes so far have this checksum. */
export function lineEnd(sum: number): string {
  return `,"sum":"${hex(sum)}"}\n`;
}

/** Reads the line of record `n`, without its newline, that follows one with the checksum `chain`. Null where it is not that. */
export function readLine(bytes: Buffer, n: number, chain: number): JournalLine | null {
  const body = bytes.length - SUM_BYTES;
  const start = lineStart(n);
  if (body < start.length || bytes.toString('latin1', 0, start.length) !== start) return null;
  const end = bytes.toString('latin1', body);
  const sum = Number.parseInt(end.slice(8, 16), 16);
  if (!HEX.test(end.slice(8, 16)) || `${end}\n` !== lineEnd(sum)) return null;
  if (crc32(bytes.subarray(0, body), chain) !== sum) return null;
  const value = parse(bytes) as { do?: unknown[] } | null;
  return Array.isArray(value?.do) ? { operations: value.do, sum } : null;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return null;
  }
}

function hex(sum: number): string {
  return sum.toString(16).padStart(8, '0');
}
