/** What the package gives wherever it runs; `index.ts` and `browser.ts` add the HTTP client for their place. */

export { NearCache, type NearCacheOptions, type NextCall } from './cache/NearCache.js';
export type { OperationName, SessionsCall } from './calls/SessionsCall.js';
export type { ClientClock, ClientTimers } from './config/Clock.js';
export type { SessionsControllerV1 } from './direct/SessionsControllerV1.js';
export { SessionsDirectClientV1 } from './direct/SessionsDirectClientV1.js';

export { SessionsMockClientV1, type SessionsMockOptionsV1 } from './mock/SessionsMockClientV1.js';
export { SessionsNullClientV1 } from './null/SessionsNullClientV1.js';
export type { RemoteClientSurroundings as HttpClientSurroundings } from './remote/RemoteSessionsClient.js';
export type * from './version1/ISessionsClientV1.js';
export type * from './version1/SessionEventV1.js';
export {
  type ClientErrorCode,
  type ServiceErrorCode,
  SessionsClientError,
  type SessionsClientErrorCode,
} from './version1/SessionsClientError.js';
export type * from './version1/SessionV1.js';
