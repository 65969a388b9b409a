import type { SessionV1 } from '../version1/SessionV1.js';
import { readCredential } from './Credential.js';
import { type Exchange, putCookie } from './Exchange.js';
import { isRefusedId, outageOf } from './MiddlewareErrors.js';
import type { MiddlewareSettings } from './MiddlewareSettings.js';
import { RequestSession } from './RequestSession.js';
import { cookieDropped } from './SessionCookie.js';

/** Its place on a request; the same for the package's two copies, of which `import` loads one and `require` the other. */
const FOUND = Symbol.for('service-sessions-client.session');

/**
 * The session of a request; the service is asked once, however often this is called for the request, and not at all for a
 * request that brings no id. Rejects with a 503 when the service cannot say.
 */
export function foundSession(
  settings: MiddlewareSettings,
  request: object,
  exchange: () => Exchange,
): Promise<RequestSession> {
  const place = request as { [FOUND]?: Promise<RequestSession> };
  place[FOUND] ??= find(settings, exchange());
  return place[FOUND];
}

async function find(settings: MiddlewareSettings, exchange: Exchange): Promise<RequestSession> {
  const credential = readCredential(exchange, settings);
  const session = credential?.id ? await validated(settings, credential.id) : null;
  if (session === null && credential?.isDroppable && settings.cookie !== null && !exchange.isAnswered()) {
    putCookie(exchange, settings.cookie, cookieDropped(settings.cookie));
  }
  return new RequestSession(settings, exchange, session, credential?.by !== 'bearer');
}

async function validated({ client }: MiddlewareSettings, id: string): Promise<SessionV1 | null> {
  try {
    const session = await client.validateSession(null, id);
    return session?.active === true ? session : null;
  } catch (error) {
    if (isRefusedId(error)) return null;
    throw outageOf(error);
  }
}

/** The answer to a request that is refused for having no session. */
export function refusal({ bearer }: MiddlewareSettings) {
  const body = { code: 'UNAUTHENTICATED', status: 401, message: 'This needs a session: log in first' };
  return { status: 401, headers: bearer ? { 'WWW-Authenticate': 'Bearer' } : {}, body };
}
