import { expect } from 'chai';
import { callOperation, ROOT, type ServiceCommand, ServiceProcess } from '../support/ServiceProcess.js';
import { temporaryFolder } from '../support/TemporaryFolder.js';

describe('npm start', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const npmStart = (...args: string[]): ServiceCommand => ({
    command: ['npm', 'start', '--', ...args],
    env: { HTTP_PORT: '0', FILE_PATH: folder.path('sessions.json') },
    cwd: ROOT,
    leadsGroup: true,
  });

  let npm: ServiceProcess | undefined;
  // A service that npm has left behind is still in its group.
  afterEach(() => npm?.killGroup('SIGKILL'));

  it('ends with the service and its exit code when npm gets SIGTERM', async () => {
    npm = await ServiceProcess.start(npmStart());
    expect((await callOperation(npm.url, 'open_session', { user_id: '1' })).status).to.equal(200);
    expect((await npm.stop()).code).to.equal(0);
    expect(await fetch(npm.url).catch(() => 'refused')).to.equal('refused');
  });

  it('takes the Ctrl-C that a terminal and npm both pass on for one', async () => {
    npm = await ServiceProcess.start(npmStart());
    npm.killGroup('SIGINT');
    const { code, stdout } = await npm.exited;
    expect(stdout).to.contain('SIGINT: stopping').and.to.contain('Stopped');
    expect(code).to.equal(0);
  });

  it('passes arguments through, and answers 78 for a bad configuration', async () => {
    const { code, stderr } = await ServiceProcess.run(npmStart('-c', 'no.yml'));
    expect(code).to.equal(78);
    expect(stderr).to.contain('service-sessions: configuration file no.yml does not exist');
  });
});
