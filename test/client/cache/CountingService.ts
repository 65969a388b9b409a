import { memoryStore } from '../../support/ApiStores.js';
import { serveCommandableHttp } from '../../support/CommandableHttpApi.js';
import { openController } from '../../support/DirectApi.js';
import { FakeClock } from '../../support/FakeClock.js';

export interface CountingService {
  readonly port: number;
  /** How many validations have reached it since this was last asked. */
  asked(): number;
  /** May be called twice. */
  close(): Promise<void>;
}

/** The real service in memory, whose validations are counted. Its time stands still. */
export async function countingService(): Promise<CountingService> {
  const store = memoryStore();
  const controller = await openController(await store.open(), {}, new FakeClock());
  let count = 0;
  const perform = controller.perform.bind(controller);
  controller.perform = (operation, correlationId, args) => {
    if (operation.name === 'validate_session') count++;
    return perform(operation, correlationId, args);
  };
  const server = await serveCommandableHttp(controller);
  let closing: Promise<void> | undefined;
  return {
    port: server.port,
    asked() {
      const asked = count;
      count = 0;
      return asked;
    },
    close() {
      closing ??= server
        .close()
        .then(() => controller.close(null))
        .then(() => store.remove());
      return closing;
    },
  };
}
