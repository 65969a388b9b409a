import { invalidData } from '../../../data/version1/SessionErrorsV1.js';
import type { ISessionsController } from '../../../logic/ISessionsController.js';
import { answerText } from '../../../logic/SessionAnswer.js';
import { SESSION_OPERATIONS, type SessionOperation } from '../../../logic/SessionOperations.js';
import { cleanCorrelationId } from '../../../toolkit/CorrelationId.js';
import { SenecaFault } from './SenecaFault.js';
import { wireName } from './WireNames.js';

/** A message as Seneca carries it: the pattern and the arguments side by side. */
export type SenecaMessage = Readonly<Record<string, unknown>>;

/** What a message is answered with: a session, a page, a count as `{count}`, or null for absence. Times are ISO texts. */
export type SenecaAnswer = Record<string, unknown> | null;

/** Where a message says which operation it is for. */
export interface SessionsPattern {
  role: 'sessions';
  version: 1;
  /** The name of the operation. */
  cmd: string;
}

const BY_NAME = new Map(SESSION_OPERATIONS.map((operation) => [operation.name, operation]));
/** What of a session is any JSON value. */
const CONTENT = ['user', 'data'];
/** Seneca takes an object with this key for an entity of its own and, where it has none, ends the process. */
const ENTITY = 'entity$';

export function patternOf({ name }: SessionOperation): SessionsPattern {
  return { role: 'sessions', version: 1, cmd: name };
}

/** The operation that a message is for; null for all but those of the pattern. As in Seneca's patterns, `'1'` is 1. */
export function operationOf({ role, version, cmd }: SenecaMessage): SessionOperation | null {
  if (role !== 'sessions' || typeof cmd !== 'string') return null;
  return version === 1 || version === '1' ? (BY_NAME.get(cmd) ?? null) : null;
}

/** A message with the pattern, the correlation id and the arguments of the operation, and nothing else of what was given. */
export function pureMessage(operation: SessionOperation, given: SenecaMessage): SenecaMessage {
  const message: Record<string, unknown> = { ...patternOf(operation), correlation_id: given['correlation_id'] };
  for (const argument of Object.keys(operation.input.properties)) {
    const name = wireName(argument);
    if (Object.hasOwn(given, name)) message[name] = given[name];
  }
  return message;
}

/** The correlation id of a message; null for none, and for what is no text. */
export function correlationIdOf({ correlation_id: given }: SenecaMessage): string | null {
  return typeof given === 'string' ? cleanCorrelationId(given) : null;
}

/** Does what a message says. Rejects with a SenecaFault. */
export async function performMessage(
  controller: Pick<ISessionsController, 'perform'>,
  operation: SessionOperation,
  message: SenecaMessage,
): Promise<SenecaAnswer> {
  const correlationId = correlationIdOf(message);
  try {
    const args = argumentsOf(operation, message);
    for (const field of CONTENT) if (isEntity(args[field])) throw entityFault(correlationId, field);
    const answer = await controller.perform(operation, correlationId, args);
    if (typeof answer === 'number') return { count: answer };
    // The text has the form of the wire and -0 as it was; the value read from it is the caller's own.
    return answered(correlationId, JSON.parse(answerText(answer)) as SenecaAnswer);
  } catch (error) {
    throw SenecaFault.of(correlationId, error);
  }
}

function argumentsOf(operation: SessionOperation, message: SenecaMessage): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  for (const argument of Object.keys(operation.input.properties)) {
    const name = wireName(argument);
    if (Object.hasOwn(message, name) && message[name] !== undefined) args[argument] = message[name];
  }
  return args;
}

/** The answer unless it would end the process of the caller: content that came in another way may hold what does. */
function answered(correlationId: string | null, answer: SenecaAnswer): SenecaAnswer {
  for (const field of CONTENT) if (isEntity(answer?.[field])) throw entityFault(correlationId, field);
  return answer;
}

function isEntity(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, ENTITY);
}

function entityFault(correlationId: string | null, field: string): Error {
  return invalidData(correlationId, field, `without a key ${ENTITY} on its first level, which Seneca cannot carry`);
}
