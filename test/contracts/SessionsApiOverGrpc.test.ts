import { fileStore, memoryStore } from '../support/ApiStores.js';
import { commandableGrpcApi, grpcApi } from '../support/GrpcContractApi.js';
import { sessionsApiContract } from './SessionsApiContract.js';

sessionsApiContract('gRPC over memory', grpcApi(memoryStore));
sessionsApiContract('gRPC over a file', grpcApi(fileStore));
sessionsApiContract('commandable gRPC over memory', commandableGrpcApi(memoryStore));
sessionsApiContract('commandable gRPC over a file', commandableGrpcApi(fileStore));
