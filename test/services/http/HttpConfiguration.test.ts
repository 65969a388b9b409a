import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ConfigException, ConfigParams } from 'pip-services3-commons-nodex';
import { HttpEndpoint } from '../../../src/services/http/HttpEndpoint.js';
import { TEST_CERTIFICATE, TEST_KEY } from '../../support/HttpTestCertificate.js';
import { HttpTestEndpoint } from '../../support/HttpTestEndpoint.js';

describe('The configuration of the HTTP endpoint', () => {
  function addressWith(options: Record<string, unknown>): string {
    const endpoint = new HttpEndpoint();
    endpoint.configure(ConfigParams.fromValue(options));
    return endpoint.address();
  }

  async function fault(options: Record<string, unknown>): Promise<Error> {
    try {
      const server = new HttpTestEndpoint(options);
      await server.open();
      await server.close();
    } catch (error) {
      return error as Error;
    }
    return expect.fail('it was accepted');
  }

  it('listens on 0.0.0.0:8080 unless it says otherwise', () => {
    expect(addressWith({})).to.equal('http://0.0.0.0:8080');
    expect(addressWith({ connection: { protocol: 'http', host: '127.0.0.1', port: '81' } })).to.equal(
      'http://127.0.0.1:81',
    );
    expect(addressWith({ connection: { host: '::1', port: 81 } })).to.equal('http://[::1]:81');
  });

  it('takes the other forms that the toolkit has of a connection', () => {
    expect(addressWith({ connection: { uri: 'http://127.0.0.1:82' } })).to.equal('http://127.0.0.1:82');
    expect(addressWith({ connection: { uri: 'http://[::1]' } })).to.equal('http://[::1]:80');
    expect(addressWith({ connections: [{ host: '127.0.0.1', port: 83 }] })).to.equal('http://127.0.0.1:83');
    expect(addressWith({ connections: { main: { host: '127.0.0.1', port: 84 } } })).to.equal('http://127.0.0.1:84');
  });

  it('takes keys of older services that have no effect', () => {
    const older = { maintenance_enabled: 'x', file_max_size: 5, protocol_upgrade_enabled: true };
    expect(addressWith({ options: older, credential: { ssl_ca_file: '' } })).to.equal('http://0.0.0.0:8080');
  });

  for (const [what, options, message] of [
    [
      'an unknown option',
      { 'options.body_limt': 5 },
      /test:endpoint: unknown option "options.body_limt"; known are: .*options.body_limit/,
    ],
    [
      'a port out of range',
      { 'connection.port': 65_536 },
      /connection.port is "65536" but must be a whole number from 0 to 65535/,
    ],
    [
      'a protocol that is none',
      { 'connection.protocol': 'ftp' },
      /connection.protocol is "ftp" but must be one of http, https/,
    ],
    ['a uri that is none', { 'connection.uri': 'here' }, /connection.uri is "here" but must be such as/],
    ['two connections', { 'connections.a.port': 1, 'connections.b.port': 2 }, /connections has several entries/],
    [
      'https without files',
      { 'connection.protocol': 'https' },
      /connection.protocol https needs credential.ssl_key_file/,
    ],
    [
      'a key file that is not there',
      {
        'connection.protocol': 'https',
        'credential.ssl_key_file': '/no/key.pem',
        'credential.ssl_crt_file': '/no/crt.pem',
      },
      /credential.ssl_key_file is "\/no\/key.pem", which cannot be read \(ENOENT\)/,
    ],
    [
      'files that are no key and certificate',
      {
        'connection.protocol': 'https',
        'credential.ssl_key_file': 'package.json',
        'credential.ssl_crt_file': 'package.json',
      },
      /must be a PEM key and the certificate made for it/,
    ],
  ] as const) {
    it(`with ${what} stops the start with a sentence`, async () => {
      const error = await fault(options);
      expect(error).to.be.instanceOf(ConfigException);
      expect(error.message).to.match(message);
    });
  }

  it('with a port in use, or an address that is not of this machine, fails to open with a sentence, and not for good', async () => {
    const first = await new HttpTestEndpoint().open();
    const error = await fault({ 'connection.port': first.port });
    expect(error).not.to.be.instanceOf(ConfigException);
    expect(error.message).to.equal(
      `test:endpoint: cannot listen on 127.0.0.1:${first.port}: the port is in use by another program`,
    );
    expect((await fault({ 'connection.host': '192.0.2.1' })).message).to.match(
      /cannot listen on 192.0.2.1:0: EADDRNOTAVAIL/,
    );
    const second = new HttpTestEndpoint({ 'connection.port': first.port });
    await second.open().catch(() => {});
    await first.close();
    await second.open();
    await second.close();
  });

  it('may let only some origins call, and add request headers', async () => {
    const server = await new HttpTestEndpoint({
      cors_origins: 'https://a.example, https://b.example',
      cors_headers: 'X-One, x-two',
    }).open();
    server.endpoint.allowHeaders('authorization');
    const reply = await server.fetch('/time', { headers: { origin: 'https://b.example' } });
    expect(reply.headers.get('access-control-allow-origin')).to.equal('https://b.example');
    expect(reply.headers.get('vary')).to.equal('origin');
    const foreign = await server.fetch('/time', { headers: { origin: 'https://c.example' } });
    expect(foreign.headers.has('access-control-allow-origin')).to.equal(false);
    const preflight = await server.fetch('/time', { method: 'OPTIONS', headers: { origin: 'https://a.example' } });
    expect(preflight.headers.get('access-control-allow-headers')).to.equal(
      'content-type, correlation_id, x-one, x-two, authorization',
    );
    await server.close();
  });
});

describe('The HTTP endpoint with TLS', () => {
  let folder: string;
  let server: HttpTestEndpoint;

  function secured(options: Record<string, unknown>): HttpTestEndpoint {
    return new HttpTestEndpoint({
      'connection.protocol': 'https',
      'credential.ssl_key_file': join(folder, 'key.pem'),
      'credential.ssl_crt_file': join(folder, 'crt.pem'),
      ...options,
    });
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sessions-tls-'));
    writeFileSync(join(folder, 'key.pem'), TEST_KEY);
    writeFileSync(join(folder, 'crt.pem'), TEST_CERTIFICATE);
    server = secured({ 'options.request_timeout': 250 });
    await server.open();
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it('answers, and says https', async () => {
    expect(server.endpoint.address()).to.match(/^https:\/\/127\.0\.0\.1:\d+$/);
    const status = await new Promise((resolve, reject) => {
      const url = `${server.endpoint.address()}/time`;
      request(url, { rejectUnauthorized: false, agent: false }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).to.equal(200);
  });

  it('lets go who speaks no TLS, or nothing', async () => {
    const plain = await server.connect();
    await plain.exchange('GET /time HTTP/1.1\r\nHost: a\r\n\r\n');
    const silent = await server.connect();
    await silent.closed;
    expect(server.endpoint.requestsInFlight).to.equal(0);
  });

  it('stops at once although a handshake is under way', async () => {
    const own = secured({});
    await own.open();
    const silent = await own.connect();
    await Promise.all([own.close(), silent.closed]);
  });
});
