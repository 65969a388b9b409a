import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import session, { type SessionData, type SessionOptions } from 'express-session';
import { CookieJar } from 'tough-cookie';

declare module 'express-session' {
  interface SessionData {
    user?: string;
    count?: number;
  }
}

export interface Page {
  status: number;
  body: { id?: string; count?: number; user?: string; code?: string; age?: number | null };
  cookies: string[];
}

/** A web site with the real express-session on a free port. */
export class SessionSite {
  /** Resolved when a visit of `/slow` has begun, and by a test to let all of them go on. */
  readonly slow = { begun: signal(), goOn: signal() };

  /** What reached the error path of Express. */
  readonly errors: unknown[] = [];

  private constructor(private readonly server: Server) {}

  static async open(options: Partial<SessionOptions>): Promise<SessionSite> {
    const app = express();
    const server = createServer(app);
    const site = new SessionSite(server);
    app.use(session({ secret: 'of the tests', resave: false, saveUninitialized: false, ...options }));
    for (const [path, answer] of Object.entries(site.routes())) app.get(path, answer);
    app.use(site.tellError);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return site;
  }

  /** A browser of its own, with its cookies. */
  visitor(jar = new CookieJar()): (path: string) => Promise<Page> {
    return async (path) => {
      const url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
      const response = await fetch(url, { headers: { cookie: await jar.getCookieString(url) } });
      const cookies = response.headers.getSetCookie();
      for (const cookie of cookies) await jar.setCookie(cookie, url);
      return { status: response.status, body: (await response.json()) as Page['body'], cookies };
    };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private readonly tellError: ErrorRequestHandler = (error, _request, response, _next) => {
    this.errors.push(error);
    // What happens to a session after its answer has begun changes the answer no more.
    if (!response.headersSent) response.status(error.status ?? 500).json({ code: error.code });
  };

  private routes(): Record<string, RequestHandler> {
    const count = (content: Partial<SessionData>) => {
      content.count = (content.count ?? 0) + 1;
    };
    return {
      '/look': (request, response) => void response.json({ ...request.session, id: request.sessionID }),
      '/count': (request, response) => {
        count(request.session);
        response.json({ id: request.sessionID, count: request.session.count });
      },
      '/slow': async (request, response) => {
        this.slow.begun.resolve();
        await this.slow.goOn.promise;
        count(request.session);
        response.json({ id: request.sessionID, count: request.session.count });
      },
      '/login/:user': (request, response, next) => {
        request.session.regenerate((error) => {
          if (error) return next(error);
          request.session.user = String(request.params['user']);
          response.json({ id: request.sessionID });
        });
      },
      '/logout': (request, response, next) => {
        request.session.destroy((error) => (error ? next(error) : response.json({})));
      },
      '/unset': (request, response) => {
        Reflect.set(request, 'session', null);
        response.json({});
      },
      '/age/:ms': (request, response) => {
        request.session.cookie.maxAge = Number(request.params['ms']);
        response.json({ age: request.session.cookie.originalMaxAge });
      },
    };
  }
}

function signal(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
