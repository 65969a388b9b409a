import { type RestCall, restCalls } from '../../src/services/version1/rest/RestCalls.js';
import { type JsonValue, jsonText } from '../../src/toolkit/JsonValue.js';
import { ApiFault, type ApiUnderTest } from '../contracts/ApiUnderTest.js';
import type { BadArguments } from '../contracts/BadArguments.js';
import type { ApiStore } from './ApiStores.js';
import { RestCaller, type RestReply, type RestRequest, serveRest } from './RestApi.js';
import { type ApiConnection, connected, servedApi } from './ServedApi.js';

const CALLS = new Map(restCalls().map((call) => [call.operation.name, call]));

/** The longest parameter that is sent in an address: Node takes headers of 16 KiB. */
const LONGEST = 15_000;

/** The controller behind REST. */
export function restApi(store: () => ApiStore): ApiUnderTest {
  return servedApi(
    store,
    (controller) => connected(serveRest(controller), restConnection),
    // Arguments come in the address, in headers and in bodies: most calls have no object that holds them all.
    { hasMethods: true, cannotSay },
  );
}

/** A caller of REST at a port. */
export function restConnection(port: number): ApiConnection {
  const caller = new RestCaller(port);
  return {
    async callText(operation, json, correlationId) {
      const call = CALLS.get(operation) as RestCall;
      return answerOf(call, await caller.send(requestOf(call, json, correlationId)));
    },
    async close() {
      caller.close();
    },
  };
}

/** What has no form in an address, where everything is a text, or in an entity tag. */
function cannotSay({ operation, argument, field, value }: BadArguments): boolean {
  const call = CALLS.get(operation) as RestCall;
  const isInPath = call.pathArguments.includes(argument);
  if (call.takesVersion && argument === 'version') return true;
  const parameters = call.query.filter((parameter) => parameter.argument === argument);
  if (!isInPath && parameters.length === 0) return false;
  if (value === undefined || value.length > LONGEST) return true;
  const parameter = parameters.find((one) => one.field === field);
  if (isInPath || (parameter !== undefined && !parameter.isMember)) {
    const isText = value.startsWith('"');
    return parameter?.schema.type === 'integer' ? isText : !isText;
  }
  // Of maps, only their members are said; of these, texts may be anything.
  return parameter === undefined || !/active|_time|skip|take|total/.test(parameter.name);
}

function requestOf(call: RestCall, json: string, correlationId: string | null): RestRequest {
  const args = JSON.parse(json) as Record<string, unknown>;
  const query = correlationId === null ? [] : [`correlation_id=${encoded(correlationId)}`];
  const maps = new Set(call.query.filter(({ isMember }) => isMember).map(({ argument }) => argument));
  for (const { argument, isMember } of call.query) {
    if (!isMember) query.push(...parameter(argument, args[argument]));
  }
  for (const map of maps) {
    for (const [name, value] of Object.entries((args[map] ?? {}) as object)) query.push(...parameter(name, value));
  }
  const path = call.path.replace(/:(\w+)/g, (_, name: string) => encoded(String(args[name])));
  const headers =
    call.takesVersion && typeof args['version'] === 'number' ? { 'if-match': `"${args['version']}"` } : {};
  const body = bodyOf(call, json, args);
  return {
    method: call.method,
    path: `/v1/sessions${path}${query.length > 0 ? `?${query.join('&')}` : ''}`,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    body,
  };
}

/** What is no number in JavaScript (`1e400`) has to be sent as it was written. */
function bodyOf(call: RestCall, json: string, args: Record<string, unknown>): string | undefined {
  if (call.body === 'nothing') return undefined;
  if (call.body === 'arguments') return json;
  const { argument } = call.body;
  if (!Object.hasOwn(args, argument)) return undefined;
  const others = Object.keys(args).filter((name) => name !== argument);
  const written = new RegExp(`"${argument}":(.*?)(?:,"(?:${others.join('|')})":(?!.*"${argument}":).*)?}$`, 's').exec(
    json,
  );
  return written?.[1] ?? jsonText(args[argument] as JsonValue);
}

function parameter(name: string, value: unknown): string[] {
  if (value === null || value === undefined) return [];
  return [`${encoded(name)}=${encoded(textOf(value))}`];
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  // Addresses have digits only.
  if (Number.isSafeInteger(value) || value === 1e300) return BigInt(value as number).toString();
  return JSON.stringify(value);
}

/** Percent-encoded. Half of a surrogate pair has no UTF-8: its three bytes are what a careless encoder makes of it. */
function encoded(text: string): string {
  const careless = (half: string) => {
    const code = half.charCodeAt(0);
    return `%ED%${(0x80 | ((code >> 6) & 0x3f)).toString(16)}%${(0x80 | (code & 0x3f)).toString(16)}`;
  };
  return text
    .split(/(\p{Surrogate})/u)
    .map((part) => (/^\p{Surrogate}$/u.test(part) ? careless(part) : encodeURIComponent(part)))
    .join('');
}

/** What a reply says; throws where it has not the form that REST gives it. */
function answerOf(call: RestCall, { status, headers, text }: RestReply): unknown {
  if (headers['content-type'] !== 'application/json') throw new Error(`${status} with ${headers['content-type']}`);
  const value: unknown = JSON.parse(text);
  if (status === (call.creates ? 201 : 200)) {
    if (value === null) throw new Error('null is to be answered as 404');
    return value;
  }
  const description = value as Record<string, unknown>;
  if (description['status'] !== status) throw new Error(`${status}, but its body says ${description['status']}`);
  if (status === 404 && description['code'] === 'NOT_FOUND' && call.operation.answer === 'session') return null;
  // 412 is what HTTP says of a version that came as a condition; on other transports the table's 409 is it.
  throw new ApiFault(status === 412 ? { ...description, status: 409 } : description);
}
