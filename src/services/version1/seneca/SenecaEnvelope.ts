import { isUtf8 } from 'node:buffer';
import type { SessionErrorCode } from '../../../data/version1/SessionErrorsV1.js';
import { type JsonValue, jsonText } from '../../../toolkit/JsonValue.js';
import { describeRefusal, type ErrorDescription, type Refusal } from '../../http/ErrorReply.js';
import type { SenecaAnswer, SenecaMessage } from './SessionMessages.js';

/** Who waits for the answer to a message. */
export interface Sender {
  /** The sender's own id of the message; null where it gave none that can be repeated to it. */
  id: string | null;
  /** The id of the sender's instance of Seneca. */
  origin: string | null;
}

/** A line of a Seneca client: a message and who sends it. */
export interface Envelope extends Sender {
  /** False where nobody waits for an answer. */
  sync: boolean;
  message: SenecaMessage;
}

/** Why a line is no message. */
export interface BadLine {
  sender: Sender;
  /** For the caller. */
  message: string;
  field: string;
}

/** The longest id that is repeated in an answer, in characters; Seneca's own have some fifty. */
const LONGEST_ID = 512;
const NOBODY: Sender = { id: null, origin: null };
/** How a Seneca client begins its lines. */
const BEGINNING = /^\{"id":"([^"\\]{1,512})","kind":"act","origin":"([^"\\]{1,512})"/;
/** So many bytes hold such a beginning. */
export const BEGINNING_LENGTH = 4096;

/** What a line holds. */
export function readEnvelope(line: Buffer): Envelope | BadLine {
  const text = line.toString();
  // What is no UTF-8 decodes to U+FFFD: only where there is one it has to be told from one that was sent.
  if (text.includes('\ufffd') && !isUtf8(line)) return badLine(NOBODY, 'arguments', 'JSON in UTF-8');
  const given = parsed(text);
  if (given === null) return badLine(NOBODY, 'arguments', 'a JSON object on a line of its own');
  const sender = { id: idOf(given['id']), origin: idOf(given['origin']) };
  if (given['kind'] !== 'act') return badLine(sender, 'kind', 'act');
  if (sender.id === null) return badLine(sender, 'id', `a string of 1 to ${LONGEST_ID} characters`);
  const message = given['act'];
  if (!isObject(message)) return badLine(sender, 'act', 'a JSON object with the pattern and the arguments');
  return { ...sender, sync: given['sync'] !== false, message };
}

/** Who sends a line that is too long to be read, as far as its beginning tells. */
export function senderOf(beginning: Buffer): Sender {
  const [, id, origin] = BEGINNING.exec(beginning.toString()) ?? [];
  return { id: id ?? null, origin: origin ?? null };
}

/** A line with an answer. */
export function answerLine(sender: Sender, answer: SenecaAnswer): string {
  return replyLine(sender, `"res":${jsonText(answer as JsonValue)}`);
}

/** A line with an error. */
export function errorLine(sender: Sender, error: ErrorDescription): string {
  return replyLine(sender, `"error":${JSON.stringify(error)}`);
}

/** A line that refuses what came without looking further at it. */
export function refusalLine(sender: Sender, code: SessionErrorCode, refusal: Refusal = {}): string {
  return errorLine(sender, describeRefusal(null, code, refusal));
}

/** Clients write the times of their own into `time`, and know their message by `id` and `origin`. */
function replyLine({ id, origin }: Sender, content: string): string {
  return `{"id":${JSON.stringify(id)},"kind":"res","origin":${JSON.stringify(origin)},"time":{},"sync":true,${content}}\n`;
}

function badLine(sender: Sender, field: string, expected: string): BadLine {
  return { sender, field, message: `${field} must be ${expected}` };
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function idOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_ID ? value : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
