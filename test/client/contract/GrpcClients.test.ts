import { SessionsCommandableGrpcClientV1, SessionsGrpcClientV1 } from 'service-sessions-client/grpc';
import { sessionsApiContract } from '../../contracts/SessionsApiContract.js';
import { sessionsLifecycleModel } from '../../contracts/SessionsLifecycleModel.js';
import { fileStore, memoryStore } from '../../support/ApiStores.js';
import { grpcClientApi } from '../../support/ClientApiKinds.js';
import { longIds } from '../../support/LongIds.js';

sessionsApiContract('the gRPC client over memory', grpcClientApi(memoryStore, SessionsGrpcClientV1));
sessionsApiContract('the gRPC client over a file', grpcClientApi(fileStore, SessionsGrpcClientV1));
sessionsApiContract(
  'the commandable gRPC client over memory',
  grpcClientApi(memoryStore, SessionsCommandableGrpcClientV1),
);
sessionsApiContract(
  'the commandable gRPC client over a file',
  grpcClientApi(fileStore, SessionsCommandableGrpcClientV1),
);

sessionsLifecycleModel('through the gRPC client', longIds(grpcClientApi(memoryStore, SessionsGrpcClientV1)), 30);
sessionsLifecycleModel(
  'through the commandable gRPC client',
  longIds(grpcClientApi(memoryStore, SessionsCommandableGrpcClientV1)),
  30,
);
