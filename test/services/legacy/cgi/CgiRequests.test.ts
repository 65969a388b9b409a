import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { memoryStore } from '../../../support/ApiStores.js';
import { RawConnection } from '../../../support/HttpTestEndpoint.js';
import { cgiService } from './CgiService.js';

const FORM = 'application/x-www-form-urlencoded';
const MARKUP = '<script>alert(1)</script>';
const LONG = 'x'.repeat(257);
const NO_FORM = 'The body must be application/x-www-form-urlencoded';
const LIMITS = 'must be a string of 1 to 256 characters without control characters';

/** The parameters beside those of the row, and what the call then says after `ERROR: ` or `invalid: `. */
const BAD: [what: string, query: string, why: string][] = [
  ['nothing', '', 'user_id, service missing'],
  ['no service', 'user_id=ann', 'service missing'],
  ['an empty user_id', 'user_id=;service=wiki', 'user_id missing'],
  ['a name without a value', 'user_id;service=wiki', 'user_id missing'],
  ['two user_ids', 'user_id=ann;service=wiki;user_id=bob', 'user_id must be given once'],
  ['the same service twice', 'user_id=ann&service=wiki&service=wiki', 'service must be given once'],
  [
    'both names of session_name',
    'user_id=ann;service=wiki;session_name=a;service_name=a',
    'session_name must be given once',
  ],
  ['too long a user_id', `user_id=${LONG};service=wiki`, `user_id ${LIMITS}`],
  ['too long a session_name', `user_id=ann;service=wiki;session_name=${LONG}`, `session_name ${LIMITS}`],
  ['a percent sign alone', 'user_id=%;service=wiki', 'user_id must be percent-encoded UTF-8'],
  ['NUL', 'user_id=a%00;service=wiki', `user_id ${LIMITS}`],
  ['a line feed', 'user_id=ann;service=a%0Ab', `service ${LIMITS}`],
  ['bytes that are no UTF-8', 'user_id=%ff%fe;service=wiki', 'user_id must be percent-encoded UTF-8'],
  ['a half of a surrogate pair', 'user_id=%ed%a0%80;service=wiki', 'user_id must be percent-encoded UTF-8'],
  ['markup that is too long', `user_id=ann;service=${encodeURIComponent(MARKUP.repeat(20))}`, `service ${LIMITS}`],
];
const SCRIPTS = [
  { script: 'add_session', fault: 'ERROR: ', more: '' },
  { script: 'validate', fault: 'invalid: ', more: ';session_id=abc' },
  { script: 'expire_session', fault: 'ERROR: ', more: '' },
];

describe('The CGI scripts', () => {
  const running = cgiService(memoryStore, {}, { 'options.body_limit': 1000 });
  const { cgi } = running;
  const post = (script: string, body: string | Uint8Array<ArrayBuffer>, type: string | null = FORM, query = '') =>
    cgi.text(script, query, { method: 'POST', body, headers: type === null ? {} : { 'content-type': type } });
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

  for (const { script, fault, more } of SCRIPTS) {
    for (const [what, query, why] of BAD) {
      it(`${script} answers ${fault}and why for ${what}`, async () => {
        expect(await cgi.text(script, `?${query}${more}`)).to.equal(fault + why);
        expect(await post(script, bytes(query + more))).to.equal(fault + why);
        expect(running.events).to.deep.equal([]);
      });
    }

    it(`${script} takes GET and POST alone`, async () => {
      for (const method of ['PUT', 'DELETE', 'PATCH', 'HEAD']) {
        const response = await cgi.response(script, '?user_id=ann;service=wiki', { method });
        expect(response.status).to.equal(405);
        expect(response.headers.get('allow')).to.equal('GET, POST, OPTIONS');
        expect(response.headers.get('content-type')).to.equal('text/plain; charset=utf-8');
        expect(response.headers.get('x-content-type-options')).to.equal('nosniff');
        const text = method === 'HEAD' ? '' : `${fault}This address does not take this method`;
        expect(await response.text()).to.equal(text);
      }
      expect(running.events).to.deep.equal([]);
    });

    it(`${script} refuses bodies that are no form`, async () => {
      for (const type of ['application/json', 'multipart/form-data; boundary=x', `${FORM}; charset=latin1`]) {
        expect(await post(script, '{"user_id":"ann","service":"wiki"}', type)).to.equal(fault + NO_FORM);
      }
      const headers = { 'content-type': FORM, 'content-encoding': 'gzip' };
      const compressed = gzipSync('user_id=ann;service=wiki');
      expect(await cgi.text(script, '', { method: 'POST', body: compressed, headers })).to.equal(fault + NO_FORM);
    });

    it(`${script} answers plain text that no browser takes for markup and nobody keeps, errors too`, async () => {
      const binding = `user_id=${encodeURIComponent(MARKUP)};service=wiki`;
      for (const query of [`?${binding}${more}`, `?${binding};service=${MARKUP}${more}`]) {
        const response = await cgi.response(script, query);
        expect(response.status).to.equal(200);
        expect(response.headers.get('content-type')).to.equal('text/plain; charset=utf-8');
        expect(response.headers.get('x-content-type-options')).to.equal('nosniff');
        expect(response.headers.get('cache-control')).to.equal('no-store');
        expect(await response.text()).to.not.contain('<');
      }
    });

    it(`${script} answers 200 and ${fault}for bodies over the limit`, async () => {
      expect(await post(script, `user_id=ann;service=${'x'.repeat(1000)}`)).to.equal(
        `${fault}The body must be at most 1000 bytes`,
      );
    });

    it(`${script} answers 200 and ${fault}while the store cannot be asked`, async () => {
      const failing = new Error('disk /secret/path is full');
      running.controller.perform = () => Promise.reject(failing);
      const text = await cgi.text(script, `?user_id=ann;service=wiki${more}`);
      expect(text).to.match(new RegExp(`^${fault}`));
      expect(text).to.not.contain('secret');
    });
  }

  it('validate says that session_id is missing or wrong', async () => {
    expect(await cgi.text('validate', '?user_id=ann;service=wiki')).to.equal('invalid: session_id missing');
    expect(await cgi.validate(LONG, { user_id: 'ann', service: 'wiki' })).to.equal(`invalid: session_id ${LIMITS}`);
  });

  it('read pairs separated by ; and &, from the query and the body together', async () => {
    const id = await cgi.text('add_session', '?user_id=ann&service=wiki;session_name=tab');
    const asked = `session_id=${id}`;
    expect(await post('validate', `user_id=ann&service=wiki;session_name=tab;${asked}`)).to.equal('ok');
    expect(await post('validate', `service=wiki&${asked}`, FORM, '?session_name=tab;user_id=ann')).to.equal('ok');
    expect(await post('validate', `service=wiki&${asked}`, FORM, '?user_id=ann;service=wiki')).to.equal(
      'invalid: service must be given once',
    );
  });

  it('read bodies without a type, and of plain text', async () => {
    const binding = 'user_id=ann;service=wiki';
    const id = await post('add_session', bytes(binding), null);
    expect(await post('validate', `${binding};session_id=${id}`, 'text/plain;charset=UTF-8')).to.equal('ok');
    expect(await post('validate', '', 'application/json', `?${binding};session_id=${id}`)).to.equal('ok');
  });

  it('read names and values in UTF-8, percent-encoded or as they are in a body', async () => {
    const id = await cgi.text('add_session', '?user_id=J%C3%B6rg+M;service=%E2%98%83');
    expect(await post('validate', `user_id=Jörg M;service=☃;session%5fid=${id}`)).to.equal('ok');
    expect(await post('validate', bytes(`user_id=J\xf6rg;service=wiki;session_id=${id}`))).to.equal(
      'invalid: user_id must be percent-encoded UTF-8',
    );
  });

  it('let be what they do not ask for', async () => {
    const id = await cgi.text('add_session', '?user_id=ann;service=wiki;x=1;x=2;y=%;session_id=mine;__proto__=1;;&');
    expect(id).to.match(/^[a-z0-9]{16}$/);
  });

  it('answer an HTTP/1.0 client of their time', async () => {
    const connection = await RawConnection.open(running.served.port);
    const answer = await connection.exchange('GET /add_session.cgi?user_id=ann;service=wiki HTTP/1.0\r\n\r\n');
    expect(answer).to.match(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n[a-z0-9]{16}$/);
  });
});

describe('The CGI scripts, called slowly', () => {
  const running = cgiService(memoryStore, {}, { 'options.request_timeout': 250 });

  it('answer 200 and an error, and end the connection', async () => {
    const connection = await RawConnection.open(running.served.port);
    const head = `POST /validate.cgi HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM}\r\nContent-Length: 50\r\n\r\n`;
    const answer = await connection.exchange(`${head}user_id=ann`);
    expect(answer).to.match(/^HTTP\/1\.1 200 OK\r\ncontent-type: text\/plain[\s\S]*\r\n\r\ninvalid: /i);
  });
});

describe('The CGI scripts over their load', () => {
  const running = cgiService(memoryStore, {}, { 'options.max_in_flight': 1 });

  it('answer 200 and an error', async () => {
    const connection = await RawConnection.open(running.served.port);
    connection.send('POST /add_session.cgi HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nu');
    while (running.served.endpoint.requestsInFlight === 0) await setImmediate();
    for (const { script, fault, more } of SCRIPTS) {
      expect(await running.cgi.text(script, `?user_id=ann;service=wiki${more}`)).to.equal(
        `${fault}Too many requests at once; try again`,
      );
    }
    connection.socket.destroy();
  });
});
