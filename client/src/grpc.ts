export * from './grpc/SessionsCommandableGrpcClientV1.js';
export * from './grpc/SessionsGrpcClientV1.js';
