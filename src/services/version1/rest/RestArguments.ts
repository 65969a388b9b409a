import { invalidData } from '../../../data/version1/SessionErrorsV1.js';
import { FormParameters } from '../../http/FormParameters.js';
import type { HttpExchange } from '../../http/HttpExchange.js';
import type { QueryParameter, RestCall } from './RestCalls.js';

const DIGITS = /^\d+$/;

/** The arguments that stand in path and query string. Throws INVALID_DATA for what is wrongly encoded or there twice. */
export function readAddress(call: RestCall, exchange: HttpExchange): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  if (exchange.query !== '') readQuery(call, exchange, args);
  for (const name of call.pathArguments) {
    const value = exchange.params[name];
    // An address has no fragment: the router would leave out what is behind the sign, and find another session.
    if (value === undefined || exchange.path.includes('#')) {
      throw invalidData(exchange.correlationId, name, 'percent-encoded UTF-8');
    }
    args[name] = value;
  }
  return args;
}

function readQuery(call: RestCall, { correlationId, query }: HttpExchange, args: Record<string, unknown>): void {
  const parameters = new FormParameters(correlationId, query);
  parameters.one('correlation_id');
  for (const parameter of call.query) {
    const text = parameters.named(parameter.name, parameter.field);
    if (text === null) continue;
    const value = argumentOf(parameter, text);
    if (parameter.isMember)
      args[parameter.argument] = { ...(args[parameter.argument] as object), [parameter.name]: value };
    else args[parameter.argument] = value;
  }
  parameters.assertNoneTwice();
}

/** Numbers are texts in an address; what is none stays as it is, for the operation to refuse. */
function argumentOf({ schema }: QueryParameter, text: string): unknown {
  return schema.type === 'integer' && DIGITS.test(text) ? Number(text) : text;
}
