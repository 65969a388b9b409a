import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { act, closeSeneca, senecaClient } from '../../../support/SenecaApi.js';
import { message, SenecaLines } from '../../../support/SenecaLines.js';
import { callOperation, ROOT, type ServiceProcess } from '../../../support/ServiceProcess.js';
import { startedServices } from '../../../support/StartedServices.js';

const ENVIRONMENT = { MEMORY_ENABLED: 'true', HTTP_PORT: '0', SENECA_PORT: '0' };
/** What Seneca by itself would log by, print, read and end on. */
const HOSTILE = {
  SENECA_OPTIONS: '{log:all,test:true,debug:{undead:false,print:{options:true}},system:{close_signals:{SIGTERM:true}}}',
  SENECA_TEST: 'true',
  SENECA_QUIET: 'false',
};
const HOSTILE_ARGUMENTS = [
  '--seneca.log=all',
  '--seneca.options=print',
  '--seneca.print.options=true',
  '--seneca.test',
];

/** Serves, is called in good and bad ways, stops; prints what is left of it in the process. */
const SCRIPT = `
import { createRequire } from 'node:module';
// By whoever loads it first Seneca tells where options in files are.
createRequire(import.meta.url)('${join(ROOT, 'node_modules/seneca')}');
const { serveSeneca } = await import('${join(ROOT, 'dist/test/support/SenecaApi.js')}');
const listeners = () => JSON.stringify(process.eventNames().map((name) => [String(name), process.listenerCount(name)]));
const before = listeners();
const failing = { perform: async () => { throw new Error('failed'); } };
const server = await serveSeneca(failing);
const opened = listeners() === before;
const answer = (await fetch('http://127.0.0.1:' + server.port).catch(() => null)) === null;
const { SenecaLines, message } = await import('${join(ROOT, 'dist/test/support/SenecaLines.js')}');
const lines = await SenecaLines.connect(server.port);
const codes = [];
for (const args of [{ fatal$: true }, { closing$: true, default$: {} }, {}]) {
  codes.push((await lines.ask(message('get_sessions', args))).error.code);
}
lines.close();
await server.close();
console.log(opened, answer, codes.join(), listeners() === before);
`;

function senecaPort(service: ServiceProcess): number {
  return Number(/tcp:\/\/0\.0\.0\.0:(\d+)/.exec(service.readyLine ?? '')?.[1]);
}

describe('The process with Seneca', function () {
  this.timeout(60_000);
  const services = startedServices();

  it('serves it where it is switched on', async () => {
    const on = await services.start({ env: { ...ENVIRONMENT, SENECA_ENABLED: 'true' } });
    expect(on.readyLine).to.match(/ at http:\/\/0\.0\.0\.0:\d+ and tcp:\/\/0\.0\.0\.0:\d+, memory persistence/);
    const { body } = await callOperation(on.url, 'open_session', { user_id: 'ann' });
    const client = await senecaClient(senecaPort(on));
    const session = await act(client, message('validate_session', { session_id: body?.['id'] }));
    expect(session).to.include({ user_id: 'ann' });
    await act(client, message('close_sessions', { filter: { user_id: 'ann' } }));
    expect((await callOperation(on.url, 'validate_session', { session_id: body?.['id'] })).status).to.equal(204);
    await closeSeneca(client);
    const off = await services.start({ env: { ...ENVIRONMENT, SENECA_ENABLED: '0' } });
    expect(off.readyLine).to.not.contain('tcp:');
  });

  it('serves it alone, prints nothing of it, and stops at once with clients connected', async () => {
    writeFileSync(services.path('seneca.options.js'), 'throw new Error("read")');
    const env = { ...ENVIRONMENT, ...HOSTILE, HTTP_ENABLED: 'false', SENECA_ENABLED: '1' };
    const service = await services.start({ env });
    expect(service.readyLine).to.match(/ is ready at tcp:\/\/0\.0\.0\.0:\d+, memory persistence holding 0 sessions$/);
    const connections = await Promise.all(Array.from({ length: 20 }, () => SenecaLines.connect(senecaPort(service))));
    for (const lines of connections) await lines.ask(message('open_session', { user_id: 'ann' }));
    const startedAt = performance.now();
    const stopping = service.stop();
    await Promise.all(connections.map((lines) => lines.ended()));
    const { code, stdout, stderr } = await stopping;
    expect(performance.now() - startedAt).to.be.lessThan(1500);
    expect([code, stderr]).to.deep.equal([0, '']);
    for (const line of stdout.trim().split('\n')) expect(line).to.match(/^(service-sessions |\S+Z INFO \[service-se)/);
  });

  it('keeps its signals, its output and its exit to itself, whatever is meant for Seneca', async () => {
    writeFileSync(services.path('main.mjs'), SCRIPT);
    writeFileSync(services.path('seneca.options.js'), 'console.log("read"); module.exports = { log: "all" };');
    const command = [process.execPath, services.path('main.mjs'), ...HOSTILE_ARGUMENTS];
    const { code, stdout, stderr } = await services.run({ command, env: HOSTILE });
    expect([code, stdout, stderr]).to.deep.equal([0, 'true true UNKNOWN,UNKNOWN,UNKNOWN true\n', '']);
  });

  it('ends with 78 and one sentence in the one folder that Seneca does not start in', async () => {
    writeFileSync(services.path('options.seneca.js'), '');
    const { code, stderr } = await services.run({ env: { ...ENVIRONMENT, SENECA_ENABLED: '1' } });
    expect(code).to.equal(78);
    expect(stderr).to.match(/^service-sessions: .*Seneca does not start in a working folder .*options\.seneca\.js\n$/);
  });

  it('does not load Seneca where it is off', async () => {
    const text = `import { createRequire } from 'node:module';
      await import('${join(ROOT, 'dist/src/build/Components.js')}');
      const { cache } = createRequire(import.meta.url);
      console.log(Object.keys(cache).some((path) => path.includes('seneca')));`;
    writeFileSync(services.path('main.mjs'), text);
    const { stdout } = await services.run({ command: [process.execPath, services.path('main.mjs')] });
    expect(stdout).to.equal('false\n');
  });
});
