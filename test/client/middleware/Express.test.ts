import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { SessionsMockClientV1 } from 'service-sessions-client';
import { sessions } from 'service-sessions-client/express';
import { sessionsMiddlewareSuite } from './SessionsMiddlewareSuite.js';
import { expressFramework } from './WebApp.js';

sessionsMiddlewareSuite(expressFramework);

describe('The Express middleware', () => {
  it('refuses nothing that another middleware has answered while the service was asked', async () => {
    const touched: string[] = [];
    const note = (what: string) => () => touched.push(what);
    const middleware = sessions({ client: new SessionsMockClientV1(), anonymous: 'refuse' });
    const answered = { statusCode: 503, headersSent: true, getHeader: () => undefined };
    const response = { ...answered, setHeader: note('setHeader'), end: note('end') };
    middleware({ headers: { cookie: '__Host-sid=abc' } }, response, note('next'));
    await setImmediate();
    expect(touched).to.deep.equal([]);
    expect(response.statusCode).to.equal(503);
  });
});
