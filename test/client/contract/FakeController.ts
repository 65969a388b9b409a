import type { SessionsControllerV1 } from 'service-sessions-client';

const METHODS: (keyof SessionsControllerV1)[] = [
  'getSessions',
  'getSessionById',
  'openSession',
  'validateSession',
  'storeSessionData',
  'patchSessionData',
  'updateSessionUser',
  'closeSession',
  'closeSessions',
  'closeExpiredSessions',
  'deleteSessionById',
];

/** A controller whose every method does this. */
export function fakeController(answer: (method: string, args: unknown[]) => Promise<unknown>): SessionsControllerV1 {
  const methods = METHODS.map((method) => [method, (...args: unknown[]) => answer(method, args)]);
  return Object.fromEntries(methods) as SessionsControllerV1;
}
