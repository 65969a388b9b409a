import { expect } from 'chai';
import { ConfigParams } from 'pip-services3-commons-nodex';
import { ApiKey } from '../../../../src/services/legacy/sessman/ApiKey.js';
import { SessionsSessmanHttpService } from '../../../../src/services/legacy/sessman/SessionsSessmanHttpService.js';
import { memoryStore } from '../../../support/ApiStores.js';
import { sessmanService } from './SessmanService.js';

const KEY = 'k3y-._~+/=of:the"service';
const RIGHT = [`Bearer ${KEY}`, `bearer ${KEY}`, `BEARER   ${KEY}`, `  Bearer ${KEY}  `];
const WRONG = [
  undefined,
  '',
  KEY,
  'Bearer',
  'Bearer ',
  `Bearer${KEY}`,
  `Bearer ${KEY}x`,
  `Bearer ${KEY.slice(1)}`,
  `Bearer ${KEY.toUpperCase()}`,
  `Bearer "${KEY}"`,
  `Bearer ${KEY} ${KEY}`,
  `Bearer ${KEY}, Bearer ${KEY}`,
  `Basic ${KEY}`,
  `Basic ${Buffer.from(`ann:${KEY}`).toString('base64')}`,
  'Bearer null',
  'Bearer undefined',
];

describe('The API key of sessman', () => {
  const sessman = sessmanService(memoryStore, { service: { 'options.api_key': KEY } });
  const calls = ['new?userid=ann', 'update?sessionid=x', 'get?sessionid=x&userid=ann'];
  const withKey = (authorization?: string) => (authorization === undefined ? {} : { headers: { authorization } });

  it('lets calls in that bring it, whatever the case of the scheme and the number of spaces', async () => {
    for (const authorization of RIGHT) {
      expect((await sessman.call('new?userid=ann', withKey(authorization))).status, authorization).to.equal(200);
      expect((await sessman.call('get?sessionid=x&userid=ann', withKey(authorization))).status).to.equal(404);
    }
  });

  for (const authorization of WRONG) {
    it(`refuses ${JSON.stringify(authorization)} with 401 and says what is wanted`, async () => {
      for (const call of calls) {
        for (const method of ['GET', 'POST']) {
          const { status, headers, body } = await sessman.call(call, { method, ...withKey(authorization) });
          expect(status).to.equal(401);
          expect(headers).to.include({ 'www-authenticate': 'Bearer', 'access-control-allow-origin': '*' });
          const error = 'The request must come with the right API key';
          expect(body).to.deep.equal({ error, code: 'UNAUTHORIZED', status: 401 });
        }
      }
      expect(sessman.events).to.deep.equal([]);
    });
  }

  it('is asked for before anything else is looked at', async () => {
    for (const call of ['new', 'new?userid=%', 'update?sessionid=a&sessionid=b', 'get?userid=%00']) {
      expect((await sessman.call(call, { body: 'no JSON' })).status).to.equal(401);
    }
    expect((await sessman.call('new?userid=ann', { body: Buffer.alloc(300_000, 32) })).status).to.equal(401);
  });

  it('is not to be brought in the address', async () => {
    const query = `access_token=${encodeURIComponent(KEY)}&api_key=${encodeURIComponent(KEY)}`;
    expect((await sessman.call(`new?userid=ann&${query}`)).status).to.equal(401);
  });

  it('is not asked of preflights, which allow to send it', async () => {
    for (const call of calls) {
      const headers = {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      };
      const reply = await sessman.call(call, { method: 'OPTIONS', headers });
      expect(reply.status).to.equal(204);
      expect(reply.headers['access-control-allow-origin']).to.equal('*');
      expect(String(reply.headers['access-control-allow-headers']).split(', ')).to.include.members([
        'authorization',
        'content-type',
      ]);
      expect(reply.headers['access-control-allow-methods']).to.match(/\bGET, POST\b/);
    }
  });

  it('is told from others whatever their length, and kept only as what it hashes to', () => {
    const key = new ApiKey(KEY);
    for (const authorization of RIGHT) expect(key.isIn(authorization.trim())).to.equal(true);
    for (const authorization of WRONG) expect(key.isIn(authorization), String(authorization)).to.equal(false);
    expect(key.isIn(`Bearer ${'x'.repeat(100_000)}`)).to.equal(false);
    expect(JSON.stringify(Object.values(key).map(String))).to.not.contain(KEY.slice(0, 3));
  });

  for (const key of ['two words', 'schlüssel', 'tab\t', 'line\nfeed']) {
    it(`cannot be ${JSON.stringify(key)}, which no header can bring, and the start says so without it`, () => {
      const configure = () =>
        new SessionsSessmanHttpService().configure(ConfigParams.fromTuples('options.api_key', key));
      expect(configure)
        .to.throw('service-sessions:service:sessman: options.api_key must be printable ASCII without spaces')
        .with.property('message')
        .that.does.not.contain(key);
    });
  }
});

describe('sessman without an API key', () => {
  const sessman = sessmanService(memoryStore, { service: { 'options.api_key': '' } });

  it('takes every call, whatever it brings', async () => {
    for (const headers of [{}, { authorization: 'Bearer any' }]) {
      expect((await sessman.call('new?userid=ann', { headers })).status).to.equal(200);
    }
  });
});
