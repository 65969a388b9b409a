import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { callOperation, ROOT } from '../support/ServiceProcess.js';
import { startedServices } from '../support/StartedServices.js';

/** A line of a log: time, level, correlation id. */
const EVENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [A-Z]+ \[.+?\] ./;

describe('The process', function () {
  this.timeout(60_000);
  const services = startedServices();
  const onFreePort = ['-p', 'HTTP_PORT=0'];
  it('says in one line when it is ready: name, version, address, persistence, sessions', async () => {
    const service = await services.start({ args: onFreePort });
    expect(service.readyLine).to.match(
      /^service-sessions \d+\.\d+\.\d+ is ready at http:\/\/0\.0\.0\.0:\d+, file persistence \.\/data\/sessions\.json holding 0 sessions$/,
    );
    await callOperation(service.url, 'open_session', { user_id: '1' });
    await service.stop();
    const again = await services.start({ args: onFreePort });
    expect(again.readyLine).to.match(/ holding 1 session$/);
  });

  it('serves HTTP and file persistence with nothing set, from a working folder without a configuration', async () => {
    const service = await services.start({ args: onFreePort });
    const opened = await callOperation(service.url, 'open_session', { user_id: '1' });
    expect(opened).to.include({ status: 200 });
    const found = await callOperation(service.url, 'get_session_by_id', { session_id: opened.body?.['id'] });
    expect(found.body).to.deep.equal(opened.body);
    expect((await fetch(`${service.url}/heartbeat`)).status).to.equal(200);
    expect((await service.stop()).code).to.equal(0);
    expect(readFileSync(services.path('data', 'sessions.json'), 'utf8')).to.contain(opened.body?.['id']);
  });

  it('prefers the configuration of the working folder', async () => {
    mkdirSync(services.path('config'));
    writeFileSync(services.path('config', 'config.yml'), '- descriptor: "here:it:is:not:known"');
    const { code, stderr } = await services.run({});
    expect(code).to.equal(78);
    expect(stderr).to.contain('./config/config.yml: unknown component here:it:is:not:known');
  });

  it('lets -p win over the environment', async () => {
    const service = await services.start({
      args: ['-p', 'http_port=0;LOG_LEVEL=debug', '--params', 'MEMORY_ENABLED=yes'],
      env: { HTTP_PORT: '1', LOG_LEVEL: 'loud' },
    });
    expect(service.readyLine).to.contain('memory persistence');
    expect(existsSync(services.path('data'))).to.equal(false);
  });

  for (const [value, status] of [
    ['true', 200],
    ['false', 400],
  ] as const) {
    it(`answers ${status} to an id that a caller brings with ACCEPT_IDS=${value}`, async () => {
      const service = await services.start({ args: onFreePort, env: { ACCEPT_IDS: value, MEMORY_ENABLED: '1' } });
      const session = { user_id: '1', session_id: 'brought-0123456789abcdef' };
      expect(await callOperation(service.url, 'open_session', session)).to.include({ status });
    });
  }

  for (const value of ['false', '0', 'no']) {
    it(`serves no HTTP with HTTP_ENABLED=${value}, and waits for a signal`, async () => {
      const service = await services.start({ env: { HTTP_ENABLED: value, MEMORY_ENABLED: '1', FILE_ENABLED: value } });
      expect(service.readyLine).to.match(/ is ready without an address, memory persistence/);
      expect((await service.stop()).code).to.equal(0);
    });
  }

  it('starts the example configuration', async () => {
    const example = readFileSync(join(ROOT, 'config.example.yml'), 'utf8');
    expect(example).to.contain('port: 8080');
    writeFileSync(services.path('example.yml'), example.replace('port: 8080', 'port: 0'));
    const service = await services.start({ args: ['-c', 'example.yml'] });
    expect((await callOperation(service.url, 'open_session', { user_id: '1' })).status).to.equal(200);
    expect((await service.stop()).code).to.equal(0);
    expect(existsSync(services.path('data', 'sessions.json'))).to.equal(true);
  });

  it('logs one line an event, with time, level and correlation id', async () => {
    const service = await services.start({ args: ['-p', 'HTTP_PORT=0;LOG_LEVEL=trace'] });
    await fetch(`${service.url}/v1/sessions/open_session?correlation_id=a%0Ab`, { method: 'POST', body: '{' });
    const { stdout, stderr } = await service.stop();
    const lines = (stdout + stderr).split('\n').filter((line) => line !== '' && line !== service.readyLine);
    expect(lines).to.not.have.length(0);
    for (const line of lines) expect(line).to.match(EVENT);
  });

  it('shows its usage and its version', async () => {
    const help = await services.run({ args: ['--help'] });
    expect(help.code).to.equal(0);
    for (const option of ['-c, --config', '-p, --params', '-h, --help', '--version']) {
      expect(help.stdout).to.contain(option);
    }
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    const shown = await services.run({ args: ['--version'] });
    expect(shown).to.include({ code: 0, stdout: `service-sessions ${version}\n`, stderr: '' });
  });

  for (const { what, command, sentence } of [
    { what: 'an unknown argument', command: { args: ['--prot', '1'] }, sentence: /unknown argument "--prot"/ },
    {
      what: 'a missing file',
      command: { args: ['-c', 'no.yml'] },
      sentence: /configuration file no\.yml does not exist/,
    },
    {
      what: 'a port that is none',
      command: { env: { HTTP_PORT: 'x' } },
      sentence: /connection\.port is "x" but must be/,
    },
    { what: 'an unknown log level', command: { env: { LOG_LEVEL: 'loud' } }, sentence: /level is "loud"/ },
    { what: 'no persistence', command: { env: { FILE_ENABLED: 'no' } }, sentence: /needs a component .*persistence/ },
    {
      what: 'a port for gRPC that is none',
      command: { env: { GRPC_ENABLED: '1', GRPC_PORT: 'high' } },
      sentence: /endpoint:grpc.*connection\.port is "high"/,
    },
  ]) {
    it(`ends with 78 and one sentence for ${what}`, async () => {
      const exit = await services.run(command);
      expect(exit.code, exit.stderr).to.equal(78);
      expect(exit.stdout).to.equal('');
      expect(exit.stderr)
        .to.match(/^service-sessions: [^\n]+\n$/)
        .and.to.match(sentence);
      expect(exit.stderr).to.not.match(/ at .*:\d+:\d+/);
    });
  }

  it('ends with 78 and one sentence for a data file that is none, touching nothing', async () => {
    writeFileSync(services.path('x.json'), '[{"id":\n');
    const exit = await services.run({ env: { FILE_PATH: 'x.json' }, args: onFreePort });
    expect(exit.code, exit.stderr).to.equal(78);
    expect(exit.stderr).to.match(/^service-sessions: [^\n]*x\.json[^\n]*\n$/);
    expect(readFileSync(services.path('x.json'), 'utf8')).to.equal('[{"id":\n');
  });

  it('ends with 1 and one sentence when its port is in use', async () => {
    const other = createServer().listen(0, '0.0.0.0');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const exit = await services.run({ args: ['-p', `HTTP_PORT=${port};MEMORY_ENABLED=1`] });
    other.close();
    expect(exit.code, exit.stderr).to.equal(1);
    expect(exit.stderr)
      .to.match(/^service-sessions: [^\n]+\n$/)
      .and.to.contain(String(port));
  });

  it('ends with 1 and one sentence when another process has the file, by any path', async () => {
    mkdirSync(services.path('real'));
    symlinkSync('real', services.path('linked'));
    await services.start({ args: onFreePort, env: { FILE_PATH: 'real/s.json' } });
    const second = await services.run({ args: onFreePort, env: { FILE_PATH: './linked/s.json' } });
    expect(second.code, second.stderr).to.equal(1);
    expect(second.stderr).to.match(/^service-sessions: [^\n]*s\.json[^\n]*\n$/);
  });

  it('is not kept from starting by an owner that was killed', async () => {
    const first = await services.start({ args: onFreePort });
    first.kill('SIGKILL');
    await first.exited;
    await services.start({ args: onFreePort });
  });
});
