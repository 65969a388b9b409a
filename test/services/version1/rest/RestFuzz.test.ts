import { expect } from 'chai';
import fc from 'fast-check';
import { restCalls } from '../../../../src/services/version1/rest/RestCalls.js';
import { restService } from '../../../support/RestService.js';

const PRINTABLE = fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)) });

/** What is likely to mean something, and what is not. */
const SEGMENT = fc.oneof(
  fc.constantFrom('ID', 'data', 'user', 'close', 'validate', '', '..', '%', '%2f', '%ff'),
  PRINTABLE,
);
const PARAMETER = fc.tuple(
  fc.oneof(
    fc.constantFrom('active', 'take', 'skip', 'total', 'from_time', 'user_id', 'expire_timeout', 'correlation_id'),
    PRINTABLE,
  ),
  fc.oneof(fc.constantFrom('', '-1', '1e400', 'true', '%', '%00', '9'.repeat(400), '{}'), PRINTABLE),
);
const HEADER_VALUE = fc.oneof(
  fc.constantFrom('*', '"0"', '"0","1"', 'W/"0"', 'application/problem+json;q=x', 'gzip'),
  PRINTABLE,
);
const HEADERS = fc.dictionary(
  fc.constantFrom('if-match', 'if-none-match', 'accept', 'content-type', 'content-encoding', 'correlation_id'),
  HEADER_VALUE,
);
const BODY = fc.oneof(
  fc.constant(undefined),
  fc.json(),
  fc.string(),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
);

describe('REST', () => {
  const service = restService();

  it('answers whatever is sent with JSON of its own, and never that something unexpected happened', async () => {
    const methods = [...new Set(restCalls().map(({ method }) => method)), 'HEAD', 'OPTIONS', 'TRACE'];
    const id = await service.open({ data: { a: 1 } });
    const request = fc.record({
      method: fc.constantFrom(...methods),
      segments: fc.array(SEGMENT, { maxLength: 3 }),
      parameters: fc.array(PARAMETER, { maxLength: 4 }),
      headers: HEADERS,
      body: BODY,
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ method, segments, parameters, headers, body }) => {
        const path = segments.map((segment) => `/${segment === 'ID' ? id : segment}`).join('');
        const query = parameters.map((pair) => pair.join('=')).join('&');
        const reply = await service.call(method, `${path}?${query}`, body, headers);
        expect(reply.status, reply.text).to.be.lessThan(500);
        if (reply.text !== '') expect(reply.headers['content-type']).to.match(/^application\/(problem\+)?json$/);
        if (reply.status >= 400 && method !== 'HEAD') expect(reply.body).to.include({ status: reply.status });
        expect(reply.text).to.not.match(/node_modules|\.js:\d|file:\/\//);
      }),
      { numRuns: 1000 },
    );
    expect((await service.call('GET', '?take=1')).status).to.equal(200);
  }).timeout(120_000);
});
