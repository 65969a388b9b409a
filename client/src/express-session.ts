export { type ListedSession, SessionsStore, type StoreCallback } from './store/SessionsStore.js';
export type { SessionsStoreOptions, SessionsStoreUser } from './store/StoreOptions.js';
