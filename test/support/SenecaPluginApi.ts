import { sessions } from '../../src/embedded/seneca.js';
import type { SessionsController } from '../../src/logic/SessionsController.js';
import type { ApiUnderTest } from '../contracts/ApiUnderTest.js';
import type { ApiStore } from './ApiStores.js';
import { callSeneca, closeSeneca, newSeneca, type SenecaClient } from './SenecaApi.js';
import { servedApi } from './ServedApi.js';

/** An instance of Seneca with the plugin over a controller. */
export async function senecaWithPlugin(
  controller: Pick<SessionsController, 'perform'>,
  options: object = {},
): Promise<SenecaClient> {
  const instance = newSeneca(options).use(sessions(controller));
  await new Promise<void>((resolve) => instance.ready(resolve));
  return instance;
}

/** The controller behind the plugin, called in the same process. */
export function senecaPluginApi(store: () => ApiStore): ApiUnderTest {
  const connect = async (controller: SessionsController) => {
    const instance = await senecaWithPlugin(controller);
    return {
      callText: (operation: string, json: string, correlationId: string | null) =>
        callSeneca(instance, operation, json, correlationId),
      close: () => closeSeneca(instance),
    };
  };
  return servedApi(store, connect, { hasMethods: true });
}
