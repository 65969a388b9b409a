import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Descriptor } from 'pip-services3-commons-nodex';
import { COMPONENTS } from '../../src/build/Components.js';
import { callOperation } from '../support/ServiceProcess.js';
import { startedServices } from '../support/StartedServices.js';
import { orSkip, unpackedPackage } from './OlderPackage.js';

describe('The configuration template that npm service-sessions-node 1.1.1 ships', function () {
  this.timeout(60_000);
  const services = startedServices();
  let template: string;

  before(async function () {
    this.timeout(180_000);
    const folder = await orSkip(unpackedPackage('service-sessions-node', '1.1.1'), this.test?.parent);
    if (folder === null) return this.skip();
    template = join(folder, 'config', 'config.yml');
  });

  it('starts unchanged, with memory as its default', async () => {
    const service = await services.start({ args: ['-c', template], env: { HTTP_ENABLED: 'true', HTTP_PORT: '0' } });
    expect(service.readyLine).to.contain('memory persistence');
    expect((await callOperation(service.url, 'open_session', { user_id: '1' })).status).to.equal(200);
    for (const path of ['heartbeat', 'status', 'swagger', 'v1/sessions/swagger']) {
      expect((await fetch(`${service.url}/${path}`)).status, path).to.equal(200);
    }
  });

  it('starts with FILE_ENABLED, and keeps its meaning of switches', async () => {
    const path = services.path('older.json');
    const env = { HTTP_ENABLED: 'true', HTTP_PORT: '0', FILE_ENABLED: 'false', FILE_PATH: path };
    const service = await services.start({ args: ['-c', template], env });
    expect(service.readyLine).to.contain(`file persistence ${path}`);
    expect((await callOperation(service.url, 'open_session', { user_id: '1' })).status).to.equal(200);
  });

  it('names components that exist, but for those of other transports and stores', () => {
    const text = readFileSync(template, 'utf8');
    const names = [...text.matchAll(/^- descriptor: "([^"]+)"/gm)].map(([, name = '']) => name);
    expect(names).to.have.length.greaterThan(10);
    for (const name of names) {
      const isKnown = COMPONENTS.some(({ pattern }) =>
        Descriptor.fromString(pattern).match(Descriptor.fromString(name)),
      );
      expect(isKnown, name).to.equal(true);
    }
  });
});
