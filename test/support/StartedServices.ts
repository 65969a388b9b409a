import { type ServiceCommand, type ServiceExit, ServiceProcess } from './ServiceProcess.js';
import { temporaryFolder } from './TemporaryFolder.js';

export interface StartedServices {
  /** The working folder of the test's services. */
  path(...parts: string[]): string;
  /** Starts one and waits until it is ready. */
  start(command: ServiceCommand): Promise<ServiceProcess>;
  /** Runs one to its end. */
  run(command: ServiceCommand): Promise<ServiceExit>;
}

/** For each test of the suite that this is called in: services in a folder of their own, none of which outlives the test. */
export function startedServices(): StartedServices {
  const folder = temporaryFolder();
  const running: ServiceProcess[] = [];
  afterEach(() => {
    for (const service of running.splice(0)) service.kill('SIGKILL');
  });
  return {
    path: folder.path,
    start: async (command) => {
      const service = await ServiceProcess.start({ cwd: folder.path(), ...command });
      running.push(service);
      return service;
    },
    run: (command) => ServiceProcess.run({ cwd: folder.path(), ...command }),
  };
}
