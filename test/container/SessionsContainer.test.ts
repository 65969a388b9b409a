import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import { ConfigParams, Descriptor } from 'pip-services3-commons-nodex';
import type { ContextInfo } from 'pip-services3-components-nodex';
import { COMPONENTS } from '../../src/build/Components.js';
import { readConfigFile } from '../../src/container/ConfigFile.js';
import { SessionsContainer } from '../../src/container/SessionsContainer.js';
import type { ISessionsController } from '../../src/logic/ISessionsController.js';
import { temporaryFolder } from '../support/TemporaryFolder.js';

const CONTROLLER = 'service-sessions:controller:default:default:1.0';

describe('SessionsContainer', () => {
  const folder = temporaryFolder();
  const opened: SessionsContainer[] = [];
  afterEach(async () => {
    for (const container of opened.splice(0)) await container.close('test');
  });

  const containerOf = (...components: [descriptor: string, options?: object][]): SessionsContainer => {
    const file = folder.path('config.yml');
    // JSON is YAML too.
    writeFileSync(file, JSON.stringify(components.map(([descriptor, options]) => ({ descriptor, ...options }))));
    const container = new SessionsContainer('test', 'A test', readConfigFile(file, new ConfigParams()));
    opened.push(container);
    return container;
  };
  const controllerOf = (container: SessionsContainer) =>
    container.components.getOneRequired<ISessionsController>(Descriptor.fromString(CONTROLLER));
  const fileStore = (): [string, object] => [
    'service-sessions:persistence:file:default:1.0',
    { path: folder.path('sessions.json') },
  ];

  it('opens what others use first, whatever the order of the file', async () => {
    const container = containerOf(
      ['pip-services:endpoint:http:default:1.0', { connection: { host: '127.0.0.1', port: 0 } }],
      ['service-sessions:service:commandable-http:default:1.0'],
      [CONTROLLER],
      fileStore(),
      ['pip-services:logger:null:default:1.0'],
    );
    await container.open('test');
    expect(await controllerOf(container).countSessions(null)).to.equal(0);
    const order = container.components.getAllLocators().map((locator: Descriptor) => locator.getType());
    expect(order.slice(-5)).to.deep.equal(['logger', 'persistence', 'controller', 'service', 'endpoint']);
  });

  it('closes what has opened when something else fails to', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const failing = containerOf(
      fileStore(),
      [CONTROLLER],
      ['pip-services:endpoint:http:default:1.0', { connection: { host: '127.0.0.1', port } }],
    );
    const error = await failing.open('test').then(
      () => null,
      (reason: Error) => reason,
    );
    other.close();
    expect(error?.message).to.contain(String(port));
    // The file is free again.
    const next = containerOf(fileStore(), [CONTROLLER]);
    await next.open('test');
    expect(await controllerOf(next).countSessions(null)).to.equal(0);
  });

  it('closes the rest when one fails to close, and keeps what it threw', async () => {
    const container = containerOf(fileStore(), [CONTROLLER]);
    await container.open('test');
    const controller = controllerOf(container) as ISessionsController & { close(): Promise<void> };
    const close = controller.close.bind(controller);
    controller.close = async () => {
      await close();
      throw new Error('stuck');
    };
    await container.close('test');
    expect(container.failures).to.have.length(1);
    await containerOf(fileStore(), [CONTROLLER]).open('test');
  });

  it('takes every component of the toolkit, the composite ones too', async () => {
    const toolkit = COMPONENTS.filter(({ pattern }) =>
      /^(pip-services|service-commons):[a-z-]+:(?!http|grpc)/.test(pattern),
    );
    expect(toolkit).to.have.length(22);
    const quiet = toolkit.map(({ pattern, options }): [string, object] => [
      pattern.replace('*', 'default'),
      'level' in options && pattern.includes('logger') ? { level: 'none' } : {},
    ]);
    const container = containerOf(...quiet, ['service-sessions:persistence:memory:default:1.0'], [CONTROLLER]);
    await container.open('test');
    container.logger.error('test', new Error('boom'), 'Failed');
    const infos = container.components.getOptional<ContextInfo>(new Descriptor('*', 'context-info', '*', '*', '*'));
    expect(infos[0]?.name).to.equal('service-sessions');
  });
});
