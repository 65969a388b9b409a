import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { sessions as inExpress, type RequestSession, type SessionsOptions } from 'service-sessions-client/express';
import { sessions as inFastify } from 'service-sessions-client/fastify';

/** What a route has to work with, in whatever framework. */
export interface RouteCall {
  session: RequestSession;
  body: Record<string, unknown>;
  setCookie(text: string): void;
  /** Sends the headers of the answer and a first part of it. */
  answerNow(): void;
}

/** Answers what becomes the JSON of the answer. */
export type Route = (call: RouteCall) => Promise<unknown>;

export interface WebAppOptions extends SessionsOptions {
  /** The middleware again, with these options, for the routes below /inner. */
  again?: SessionsOptions;
  /** True: the framework's own error page instead of one of JSON. */
  ownErrorPage?: boolean;
}

export interface WebApp {
  url: string;
  close(): Promise<void>;
}

/** A framework with the middleware of the package in it. */
export interface WebFramework {
  name: string;
  /** Serves the routes on a free port; keys are `POST /path`. */
  serve(options: WebAppOptions, routes: Readonly<Record<string, Route>>): Promise<WebApp>;
}

const splitKey = (key: string) => key.split(' ') as ['GET' | 'POST', string];

function errorPage(error: { status?: number; statusCode?: number; code?: string; message: string }) {
  const status = error.statusCode ?? error.status ?? 500;
  return { status, body: { code: error.code, message: error.message } };
}

function expressRoute(route: Route) {
  return async (request: Request, response: Response) => {
    const answer = await route({
      session: sessionOf(request),
      body: request.body ?? {},
      setCookie: (text) => response.append('Set-Cookie', text),
      answerNow: () => response.write(' '),
    });
    const text = JSON.stringify(answer ?? null);
    if (response.headersSent) response.end(text);
    else response.type('json').send(text);
  };
}

/** The types of express-session, which the tests of the package load too, say otherwise. */
function sessionOf(request: Request): RequestSession {
  return (request as { session: unknown }).session as RequestSession;
}

export const expressFramework: WebFramework = {
  name: 'Express',
  async serve({ again, ownErrorPage, ...options }, routes) {
    const app = express();
    // Else it prints the errors of its own page.
    app.set('env', 'test');
    app.use(inExpress(options));
    if (again !== undefined) app.use('/inner', inExpress(again));
    app.use(express.json());
    for (const [key, route] of Object.entries(routes)) {
      const [method, path] = splitKey(key);
      app[method === 'GET' ? 'get' : 'post'](path, expressRoute(route));
    }
    if (!ownErrorPage) {
      app.use((error: Error, _request: Request, response: Response, next: NextFunction) => {
        if (response.headersSent) return next(error);
        const { status, body } = errorPage(error);
        response.status(status).json(body);
      });
    }
    const server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    return {
      url: `http://localhost:${(server.address() as AddressInfo).port}`,
      async close() {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
      },
    };
  },
};

export const fastifyFramework: WebFramework = {
  name: 'Fastify',
  async serve({ again, ownErrorPage, ...options }, routes) {
    const app = Fastify({ forceCloseConnections: true });
    if (!ownErrorPage) {
      app.setErrorHandler((error: FastifyError, _request, reply) => {
        const { status, body } = errorPage(error);
        return reply.code(status).send(body);
      });
    }
    await app.register(inFastify, options);
    const add = (target: FastifyInstance, keys: string[]) => {
      for (const key of keys) {
        const [method, url] = splitKey(key);
        const route = routes[key] as Route;
        target.route({
          method,
          url,
          async handler(request, reply) {
            const answer = await route({
              session: request.session,
              body: (request.body ?? {}) as Record<string, unknown>,
              setCookie: (text) => reply.header('set-cookie', text),
              answerNow: () => {
                reply.hijack();
                reply.raw.write(' ');
              },
            });
            if (reply.sent) reply.raw.end(JSON.stringify(answer));
            else reply.type('application/json').send(JSON.stringify(answer ?? null));
            return reply;
          },
        });
      }
    };
    const inner = Object.keys(routes).filter((key) => key.includes(' /inner'));
    add(
      app,
      Object.keys(routes).filter((key) => !inner.includes(key)),
    );
    await app.register(async (below) => {
      if (again !== undefined) await below.register(inFastify, again);
      add(below, inner);
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return {
      url: `http://localhost:${(app.server.address() as AddressInfo).port}`,
      close: () => app.close(),
    };
  },
};
