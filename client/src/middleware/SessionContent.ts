import type { ContentV1 } from '../version1/SessionV1.js';

declare const own: unique symbol;

/**
 * Says once, for the whole application, what its sessions hold:
 *
 *     declare module 'service-sessions-client/express' {
 *       interface SessionContentV1 { user: { roles: string[] }; data: { count: number } }
 *     }
 *
 * (or `.../fastify`). A member that is not declared is unchecked. The service checks no shapes: what an older release of
 * the application stored is still there.
 */
export interface SessionContentV1 {
  // The application fills it; this only makes it no empty interface, which anything would fit.
  readonly [own]?: never;
}

/** What `user` holds. */
export type SessionUser = SessionContentV1 extends { user: infer User } ? User : ContentV1;

/** What `data` holds. */
export type SessionData = SessionContentV1 extends { data: infer Data } ? Data : ContentV1;
