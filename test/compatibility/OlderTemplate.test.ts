import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Descriptor } from 'pip-services3-commons-nodex';
import { COMPONENTS } from '../../src/build/Components.js';
import { callOperation } from '../support/ServiceProcess.js';
import { startedServices } from '../support/StartedServices.js';
import { OlderClient } from './OlderClient.js';
import { installedPackage, orSkip, unpackedPackage } from './OlderPackage.js';

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

  it('starts with GRPC_ENABLED, and answers both gRPC clients of its time on GRPC_PORT', async function () {
    const installed = await orSkip(installedPackage('client-sessions-node', '1.1.3'), undefined);
    if (installed === null) return this.skip();
    const service = await services.start({ args: ['-c', template], env: { GRPC_ENABLED: 'true', GRPC_PORT: '0' } });
    const client = new OlderClient(installed);
    try {
      for (const kind of ['grpc', 'commandable-grpc'] as const) {
        await client.connect(kind, service.portOf('grpc'));
        const { id } = await client.call<{ id: string }>('openSession', null, 'ann');
        expect(await client.call('getSessionById', null, id)).to.include({ id, user_id: 'ann', active: true });
      }
    } finally {
      await client.close();
    }
    expect((await service.stop()).code).to.equal(0);
  });

  it('names components that exist', () => {
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
