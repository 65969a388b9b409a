import { configError } from './config/ClientConfig.js';
import type { Exchange } from './middleware/Exchange.js';
import { foundSession, refusal } from './middleware/FoundSession.js';
import { readSettings, type SessionsOptions } from './middleware/MiddlewareSettings.js';
import type { RequestSession } from './middleware/RequestSession.js';

export type { SessionCookieOptions, SessionsOptions } from './middleware/MiddlewareSettings.js';
export type * from './middleware/RequestSession.js';
export type * from './middleware/SessionContent.js';

/** What `sessions` gives every request. */
export interface SessionsRequest {
  /** In a program that knows the types of express-session too, those say what it is: such a request has a `sessionStore`. */
  session: 'sessionStore' extends keyof Express.Request ? unknown : RequestSession;
}

declare global {
  namespace Express {
    // Inherited, so that the types of express-session, where an application has them too, do not contradict.
    interface Request extends SessionsRequest {}
  }
}

/** What the middleware needs of a request; Express' own fits. */
export interface SessionsExpressRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly ip?: string | undefined;
}

/** What the middleware needs of an answer; Express' own fits. */
export interface SessionsExpressResponse {
  statusCode: number;
  readonly headersSent: boolean;
  getHeader(name: string): unknown;
  setHeader(name: string, value: string | string[]): unknown;
  end(text: string): unknown;
}

export type SessionsExpressMiddleware = (
  request: SessionsExpressRequest,
  response: SessionsExpressResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Express middleware that gives every request a `session`, found by its cookie or bearer header. The service is asked once a
 * request; where it cannot be asked, the request ends in Express' error path with a 503. May be mounted again below another
 * path, with `anonymous: 'refuse'` for instance; how a session is found is for the first one to say.
 */
export function sessions(options: SessionsOptions): SessionsExpressMiddleware {
  const settings = readSettings(options);
  return (request, response, next) => {
    foundSession(settings, request, () => exchangeOf(request, response)).then((session) => {
      if (!take(request as Partial<SessionsRequest>, session)) next(takenError());
      else if (session.active || !settings.refusesAnonymous) next();
      // Another middleware may have answered meanwhile: because the service took too long, say.
      else if (!response.headersSent) refuse(response, refusal(settings));
    }, next);
  };
}

/** False when another middleware has taken the place of the session. */
function take(request: Partial<SessionsRequest>, session: RequestSession): boolean {
  request.session ??= session;
  return request.session === session;
}

function takenError() {
  return configError('sessions middleware: request.session is taken by another middleware, such as express-session');
}

function refuse(response: SessionsExpressResponse, { status, headers, body }: ReturnType<typeof refusal>): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
}

function exchangeOf(request: SessionsExpressRequest, response: SessionsExpressResponse): Exchange {
  return {
    headers: request.headers,
    address: request.ip,
    isAnswered: () => response.headersSent,
    cookies: () => response.getHeader('Set-Cookie'),
    replaceCookies: (cookies) => response.setHeader('Set-Cookie', cookies),
  };
}
