/** The public surface of the package. */

export { SessionsServiceFactory } from './build/SessionsServiceFactory.js';
export { SessionsProcess } from './container/SessionsProcess.js';
export type { SessionErrorCode } from './data/version1/SessionErrorsV1.js';
export type * from './data/version1/SessionEventV1.js';
export type * from './data/version1/SessionV1.js';
export type { FilterV1, ISessionsController, PagingV1 } from './logic/ISessionsController.js';
export { SessionsController } from './logic/SessionsController.js';
export { SessionsFilePersistence } from './persistence/file/SessionsFilePersistence.js';
export type * from './persistence/ISessionsPersistence.js';
export { SessionsMemoryPersistence } from './persistence/memory/SessionsMemoryPersistence.js';
export { SessionsMongoDbPersistence } from './persistence/mongodb/SessionsMongoDbPersistence.js';
export type { JsonValue } from './toolkit/JsonValue.js';
