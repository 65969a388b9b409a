import { expect } from 'chai';
import { answerValue } from '../../src/logic/SessionAnswer.js';
import { OPERATIONS } from '../../src/logic/SessionOperations.js';
import type { SessionsController } from '../../src/logic/SessionsController.js';
import { ApiFault, type ApiUnderTest } from '../contracts/ApiUnderTest.js';
import type { ApiStore } from '../support/ApiStores.js';
import { onTheWire } from '../support/DirectApi.js';
import { GrpcTestServer } from '../support/GrpcTestServer.js';
import { servedApi } from '../support/ServedApi.js';
import type { OlderClient } from './OlderClient.js';
import { type OlderGrpcKind, olderCall } from './OlderGrpcCalls.js';
import { expectReading, type ServedCall } from './OlderGrpcReadings.js';

/**
 * The controller behind the gRPC services, called by the published client of the older service. Its answers lack what its own
 * messages lack, and over the typed service each error is null to it. So each call of it has two sides: the contract judges
 * what the service did with it, and it is judged here whether the client reads that as it always did. What the client has no
 * call for goes to the controller, so that the promises run whole.
 */
export function olderGrpcApi(kind: OlderGrpcKind, client: () => OlderClient, store: () => ApiStore): ApiUnderTest {
  return servedApi(
    store,
    async (controller) => {
      const witness = new Witness(controller);
      const server = await GrpcTestServer.start(controller);
      await client().connect(kind, server.port);
      let last: Promise<unknown> = Promise.resolve();
      return {
        callText(operation, json, correlationId) {
          const args: unknown = JSON.parse(json);
          const call = olderCall(kind, operation, args, correlationId);
          if (call === null) return witness.direct(operation, correlationId, args);
          // One after the other: the client's process answers in order, and the witness keeps one call.
          const answer = last.then(async () => {
            const outcome = await client().outcome(call.method, call.args);
            const served = witness.take(operation);
            expectReading(kind, outcome, served);
            return answerOf(served, correlationId);
          });
          last = answer.catch(() => {});
          return answer;
        },
        close: () => server.close(),
      };
    },
    { hasMethods: true },
  );
}

/** It knows which call it made; the typed request says no correlation id. */
function answerOf({ answer, fault }: ServedCall, correlationId: string | null): unknown {
  if (fault === undefined) return answer;
  throw new ApiFault({ ...fault.description, correlation_id: correlationId });
}

/** Sees what a controller does with each call that comes to it. */
class Witness {
  private served: ServedCall[] = [];
  private readonly perform: SessionsController['perform'];

  constructor(controller: SessionsController) {
    this.perform = controller.perform.bind(controller);
    controller.perform = (operation, correlationId, args) => {
      const answer = this.perform(operation, correlationId, args);
      return answer.finally(async () => {
        this.served.push(await servedCall(operation.name, correlationId, answer));
      });
    };
  }

  /** The one call that has come since the last time. */
  take(operation: string): ServedCall {
    const [served, ...more] = this.served;
    this.served = [];
    expect(more).to.have.length(0);
    expect(served?.operation).to.equal(operation);
    return served as ServedCall;
  }

  /** Past the witness. */
  async direct(operation: string, correlationId: string | null, args: unknown): Promise<unknown> {
    const row = OPERATIONS[operation as keyof typeof OPERATIONS];
    const served = await servedCall(operation, correlationId, this.perform(row, correlationId, args));
    return answerOf(served, correlationId);
  }
}

async function servedCall(
  operation: string,
  correlationId: string | null,
  done: ReturnType<SessionsController['perform']>,
): Promise<ServedCall> {
  try {
    return { operation, correlationId, answer: onTheWire(answerValue(await done)) };
  } catch (error) {
    const { code, status, category, message, name, details, correlation_id } = error as ApiFault['description'];
    const fault = new ApiFault({ code, status, category, message, name, details, correlation_id });
    return { operation, correlationId, fault };
  }
}
