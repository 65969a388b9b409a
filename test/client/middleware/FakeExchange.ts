import { type RequestSession, type SessionsOptions, sessions } from 'service-sessions-client/express';

/** What became of a request that went through the middleware without a server. */
export interface FakeExchange {
  session: RequestSession;
  /** The Set-Cookie headers of the answer at this moment. */
  cookies(): string[];
}

/** Sends a request through the Express middleware alone; rejects with what the middleware fails with. */
export function passed(options: SessionsOptions, headers: Record<string, string> = {}): Promise<FakeExchange> {
  return passedThrough(sessions(options), headers);
}

export function passedThrough(
  middleware: ReturnType<typeof sessions>,
  headers: Record<string, string>,
): Promise<FakeExchange> {
  const sent = new Map<string, string | string[]>();
  const request = { headers, ip: '127.0.0.1' };
  const response = {
    statusCode: 200,
    headersSent: false,
    getHeader: (name: string) => sent.get(name.toLowerCase()),
    setHeader: (name: string, value: string | string[]) => sent.set(name.toLowerCase(), value),
    end: () => undefined,
  };
  return new Promise((resolve, reject) => {
    middleware(request, response, (error) => {
      if (error !== undefined) return reject(error);
      const { session } = request as unknown as { session: RequestSession };
      resolve({ session, cookies: () => [sent.get('set-cookie') ?? []].flat() });
    });
  });
}

/** The Cookie header of a browser that has taken these; empty when it has dropped the last one. */
export function cookieAfter(cookies: readonly string[], name = '__Host-sid'): Record<string, string> {
  const last = cookies.filter((cookie) => cookie.startsWith(`${name}=`)).at(-1);
  const value = last?.slice(name.length + 1).split(';')[0];
  return value ? { cookie: `${name}=${value}` } : {};
}
