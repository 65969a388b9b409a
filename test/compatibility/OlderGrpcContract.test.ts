import { sessionsApiContract } from '../contracts/SessionsApiContract.js';
import { fileStore, memoryStore } from '../support/ApiStores.js';
import { OlderClient } from './OlderClient.js';
import { olderGrpcApi } from './OlderGrpcApi.js';
import { installedPackage, orSkip } from './OlderPackage.js';

describe('The published client client-sessions-node 1.1.3 over gRPC', () => {
  let client: OlderClient;

  // One process for all: it takes longer to start than most promises to keep.
  before(async function () {
    this.timeout(180_000);
    const installed = await orSkip(installedPackage('client-sessions-node', '1.1.3'), this.test?.parent);
    if (installed === null) return this.skip();
    client = new OlderClient(installed);
  });
  after(() => client?.close());

  for (const [kind, title] of [
    ['grpc', 'its SessionsGrpcClientV1'],
    ['commandable-grpc', 'its SessionsCommandableGrpcClientV1'],
  ] as const) {
    sessionsApiContract(
      `${title} over memory`,
      olderGrpcApi(kind, () => client, memoryStore),
    );
    sessionsApiContract(
      `${title} over a file`,
      olderGrpcApi(kind, () => client, fileStore),
    );
  }
});
