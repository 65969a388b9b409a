import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Exchange } from './middleware/Exchange.js';
import { foundSession, refusal } from './middleware/FoundSession.js';
import { readSettings, type SessionsOptions } from './middleware/MiddlewareSettings.js';
import type { RequestSession } from './middleware/RequestSession.js';

export type { SessionCookieOptions, SessionsOptions } from './middleware/MiddlewareSettings.js';
export type * from './middleware/RequestSession.js';
export type * from './middleware/SessionContent.js';

/** What `sessions` gives every request. */
export interface SessionsRequest {
  session: RequestSession;
}

declare module 'fastify' {
  // Inherited, so that the types of another session plugin, where an application has them too, do not contradict.
  interface FastifyRequest extends SessionsRequest {}
}

const DECORATED = Symbol.for('service-sessions-client.session');
/** Of Fastify itself: `register` gives them to every plugin. */
const REGISTER_OPTIONS = ['prefix', 'logLevel', 'logSerializers'];

const plugin: FastifyPluginAsync<SessionsOptions> = async (app, options) => {
  const own = Object.entries(options).filter(([key]) => !REGISTER_OPTIONS.includes(key));
  const settings = readSettings(Object.fromEntries(own) as unknown as SessionsOptions);
  if (!app.hasDecorator(DECORATED)) {
    app.decorate(DECORATED, true);
    app.decorateRequest('session', null as unknown as RequestSession);
  }
  app.addHook('onRequest', async (request, reply) => {
    request.session = await foundSession(settings, request, () => exchangeOf(request, reply));
    if (request.session.active || !settings.refusesAnonymous) return;
    const { status, headers, body } = refusal(settings);
    return reply.code(status).headers(headers).send(body);
  });
};

/**
 * Fastify plugin that gives every request a `session`, found by its cookie or bearer header: `app.register(sessions, { client })`.
 * It holds for the context that it is registered in and those below. The service is asked once a request, before the body is
 * read; where it cannot be asked, the request ends in Fastify's error path with a 503. May be registered again in a context
 * below, with `anonymous: 'refuse'` for instance; how a session is found is for the first one to say.
 */
export const sessions: FastifyPluginAsync<SessionsOptions> = Object.assign(plugin, {
  // What the package fastify-plugin does: without it, the plugin would hold in a context of its own only.
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'service-sessions-client',
  [Symbol.for('plugin-meta')]: { fastify: '>=5', name: 'service-sessions-client' },
});

function exchangeOf(request: FastifyRequest, reply: FastifyReply): Exchange {
  return {
    headers: request.headers,
    address: request.ip,
    isAnswered: () => reply.sent || reply.raw.headersSent,
    cookies: () => reply.getHeader('set-cookie'),
    replaceCookies: (cookies) => {
      // `header` would add to those there are.
      reply.removeHeader('set-cookie').header('set-cookie', cookies);
    },
  };
}
