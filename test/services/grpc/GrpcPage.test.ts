import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT, ServiceProcess } from '../../support/ServiceProcess.js';
import { textOf } from '../../support/Sources.js';
import { startedServices } from '../../support/StartedServices.js';

const PAGE = textOf('docs/protocols/grpc.md');

function example(name: string): string {
  return new RegExp(`<!-- example: ${name} -->\\n\`\`\`\\w*\\n([\\s\\S]*?)\`\`\``).exec(PAGE)?.[1] ?? '';
}

describe('docs/protocols/grpc.md', function () {
  this.timeout(60_000);
  const services = startedServices();

  it('shows a program, and what it prints against a service that serves gRPC alone', async () => {
    const env = { HTTP_ENABLED: 'false', GRPC_ENABLED: 'true', GRPC_PORT: '0', MEMORY_ENABLED: 'true' };
    const service = await services.start({ env });
    expect(service.readyLine).to.match(/ is ready at grpc:\/\/0\.0\.0\.0:\d+, memory persistence/);
    mkdirSync(services.path('node_modules'));
    symlinkSync(join(ROOT, 'node_modules', '@grpc'), services.path('node_modules', '@grpc'));
    symlinkSync(join(ROOT, 'protos'), services.path('protos'));
    const program = example('program').replace('localhost:8090', `localhost:${service.portOf('grpc')}`);
    writeFileSync(services.path('main.mjs'), program);
    const command = [process.execPath, services.path('main.mjs')];
    const { code, stdout, stderr } = await ServiceProcess.spawn({ command, cwd: services.path() }).exited;
    expect([code, stdout, stderr]).to.deep.equal([0, example('output'), '']);
    expect(await service.stop()).to.include({ code: 0, stderr: '' });
  });
});
