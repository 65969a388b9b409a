import type { SessionEventV1 } from '../../../../src/data/version1/SessionEventV1.js';
import type { SessionsController } from '../../../../src/logic/SessionsController.js';
import { SessionsCgiHttpService } from '../../../../src/services/legacy/cgi/SessionsCgiHttpService.js';
import { SessionsCommandableHttpServiceV1 } from '../../../../src/services/version1/SessionsCommandableHttpServiceV1.js';
import type { ControllerOptions } from '../../../contracts/ApiUnderTest.js';
import type { ApiStore } from '../../../support/ApiStores.js';
import { CgiCaller } from '../../../support/CgiCaller.js';
import { openController } from '../../../support/DirectApi.js';
import { FakeClock } from '../../../support/FakeClock.js';
import { ServedController } from '../../../support/ServedController.js';

export interface CgiService {
  readonly clock: FakeClock;
  readonly controller: SessionsController;
  readonly served: ServedController;
  readonly events: SessionEventV1[];
  readonly cgi: CgiCaller;
}

/** For each test of the suite that this is called in: the scripts and commandable HTTP over a store of its own. */
export function cgiService(
  stored: () => ApiStore,
  options: ControllerOptions = {},
  endpoint: Record<string, number> = {},
): CgiService {
  let store: ApiStore;
  let clock: FakeClock;
  let controller: SessionsController;
  let served: ServedController;
  let events: SessionEventV1[];
  beforeEach(async () => {
    store = stored();
    clock = new FakeClock();
    controller = await openController(await store.open(), options, clock);
    events = [];
    controller.addListener((event) => events.push(event));
    served = await ServedController.start(
      controller,
      [[new SessionsCgiHttpService()], [new SessionsCommandableHttpServiceV1()]],
      endpoint,
    );
  });
  afterEach(async () => {
    await served.close();
    await controller.close(null);
    await store.remove();
  });
  return {
    get clock() {
      return clock;
    },
    get controller() {
      return controller;
    },
    get served() {
      return served;
    },
    get events() {
      return events;
    },
    cgi: new CgiCaller(() => served),
  };
}
