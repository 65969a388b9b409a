import { isSessionError } from '../../../data/version1/SessionErrorsV1.js';
import type { ISessionsController } from '../../../logic/ISessionsController.js';
import { answeredSession, type SessionAnswer } from '../../../logic/SessionAnswer.js';
import { OPERATIONS } from '../../../logic/SessionOperations.js';
import type { HttpExchange } from '../../http/HttpExchange.js';
import { parseValue } from '../../http/JsonBody.js';
import { isJson, isMergePatch } from '../../http/MediaType.js';
import { announcedLength } from '../../http/RequestBody.js';
import { assertHold, PreconditionFailure, Preconditions } from './Preconditions.js';
import { RestAnswers } from './RestAnswers.js';
import { readAddress } from './RestArguments.js';
import type { RestCall } from './RestCalls.js';

type Arguments = Record<string, unknown>;

const PATCH_TYPES = 'application/merge-patch+json, application/json';

/** What answers one call of REST. */
export class RestRoute {
  private readonly answers: RestAnswers;

  /** @param base the path of the collection, `/` first */
  constructor(
    private readonly call: RestCall,
    base: string,
    private readonly controller: () => ISessionsController,
  ) {
    this.answers = new RestAnswers(call, base === '/' ? '' : base);
  }

  /** Throws, or answers, what is wrong with the request. */
  answer(exchange: HttpExchange): void {
    const { body, isConditional } = this.call;
    const args = readAddress(this.call, exchange);
    const conditions = isConditional ? Preconditions.of(exchange.correlationId, exchange.request.headers) : null;
    if (body === 'nothing') this.run(exchange, args, conditions);
    else if (body === 'arguments')
      exchange.readArguments((_, members) => this.run(exchange, { ...members, ...args }, conditions));
    else this.readValue(exchange, body.argument, args, conditions);
  }

  /** The body is the value itself; without one the argument is missing. */
  private readValue(exchange: HttpExchange, argument: string, args: Arguments, conditions: Preconditions | null): void {
    const { headers } = exchange.request;
    const isPatch = this.call.method === 'PATCH';
    if (announcedLength(exchange.request) !== 0 && !(isPatch ? isMergePatch(headers) : isJson(headers))) {
      const message = `The body must be ${isPatch ? PATCH_TYPES.replace(',', ' or') : 'application/json'}`;
      exchange.refuse('UNSUPPORTED_MEDIA_TYPE', {
        message,
        ...(isPatch && { headers: ['accept-patch', PATCH_TYPES] }),
      });
      return;
    }
    exchange.readBytes((_, body) => {
      const parsed = body.length === 0 ? null : parseValue(body);
      if (parsed !== null && 'fault' in parsed) {
        exchange.refuse('INVALID_DATA', { message: parsed.fault, details: { field: 'body' } });
      } else {
        this.run(exchange, parsed === null ? args : { ...args, [argument]: parsed.value }, conditions);
      }
    });
  }

  private run(exchange: HttpExchange, args: Arguments, conditions: Preconditions | null): void {
    this.perform(exchange.correlationId, args, conditions).then(
      (answer) => {
        try {
          this.answers.send(exchange, args, answer, conditions);
        } catch (error) {
          // Nobody waits for the promise that this is called by: thrown on, it would end the process.
          exchange.fail(error);
        }
      },
      (error: unknown) => {
        if (error instanceof PreconditionFailure) error.answer(exchange);
        else exchange.fail(error);
      },
    );
  }

  private perform(
    correlationId: string | null,
    args: Arguments,
    conditions: Preconditions | null,
  ): Promise<SessionAnswer> {
    const { operation, method } = this.call;
    // Of what is only read, the answer itself is looked at.
    if (conditions === null || method === 'GET') return this.controller().perform(operation, correlationId, args);
    return this.performIf(correlationId, args, conditions);
  }

  /** One step where the conditions name one version and the operation takes it, else the session is looked at before. */
  private async performIf(
    correlationId: string | null,
    args: Arguments,
    conditions: Preconditions,
  ): Promise<SessionAnswer> {
    const { operation, takesVersion } = this.call;
    const controller = this.controller();
    operation.check(correlationId, args);
    let version = takesVersion ? conditions.onlyVersion : null;
    if (version === null) {
      const { session_id } = args;
      const session = answeredSession(
        await controller.perform(OPERATIONS.get_session_by_id, correlationId, { session_id }),
      );
      if (session === null) return null;
      assertHold(correlationId, conditions, session);
      if (takesVersion && conditions.pinsVersion) ({ version } = session);
    }
    try {
      return await controller.perform(operation, correlationId, version === null ? args : { ...args, version });
    } catch (error) {
      if (version === null || !isSessionError(error, 'SESSION_CONFLICT')) throw error;
      throw conflictOf(error.details as unknown as { version: number });
    }
  }
}

/** The version that it has is that of an active session: of another, the write would have said that it has ended. */
function conflictOf({ version }: { version: number }): PreconditionFailure {
  return new PreconditionFailure({ version, active: true });
}
