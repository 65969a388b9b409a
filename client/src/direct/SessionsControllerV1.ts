import { configError } from '../config/ClientConfig.js';
import type { ReferencesV1 } from '../version1/ISessionsClientV1.js';
import type {
  JsonValue,
  OpenSessionV1,
  SessionsPagingV1,
  SessionV1,
  StoreOptionsV1,
  UpdateUserOptionsV1,
} from '../version1/SessionV1.js';

/** What a direct client calls: the controller of the service fits. Its answers are values of the caller's own. */
export interface SessionsControllerV1 {
  getSessions(
    correlationId: string | null,
    filter: Record<string, unknown> | null,
    paging: SessionsPagingV1 | null,
  ): Promise<{ total?: number | null; data: SessionV1[] }>;
  getSessionById(correlationId: string | null, sessionId: string): Promise<SessionV1 | null>;
  openSession(correlationId: string | null, session: OpenSessionV1): Promise<SessionV1>;
  validateSession(correlationId: string | null, sessionId: string, userId?: string | null): Promise<SessionV1 | null>;
  storeSessionData(
    correlationId: string | null,
    sessionId: string,
    data: JsonValue,
    options?: StoreOptionsV1,
  ): Promise<SessionV1 | null>;
  patchSessionData(
    correlationId: string | null,
    sessionId: string,
    data: JsonValue,
    version?: number | null,
  ): Promise<SessionV1 | null>;
  updateSessionUser(
    correlationId: string | null,
    sessionId: string,
    user: JsonValue,
    options?: UpdateUserOptionsV1,
  ): Promise<SessionV1 | null>;
  closeSession(correlationId: string | null, sessionId: string): Promise<SessionV1 | null>;
  closeSessions(
    correlationId: string | null,
    filter: Record<string, unknown>,
    exceptSessionId?: string | null,
  ): Promise<number>;
  closeExpiredSessions(correlationId: string | null): Promise<number>;
  deleteSessionById(correlationId: string | null, sessionId: string): Promise<SessionV1 | null>;
}

const METHODS = [
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
] as const satisfies (keyof SessionsControllerV1)[];

export function isController(value: unknown): value is SessionsControllerV1 {
  if (typeof value !== 'object' || value === null) return false;
  return METHODS.every((method) => typeof (value as Record<string, unknown>)[method] === 'function');
}

/**
 * The first controller among the references whose locator fits `pattern`, a descriptor such as
 * `service-sessions:controller:*:*:*`; undefined when there is none. Throws INVALID_CONFIG for a pattern that is none.
 */
export function findController(references: ReferencesV1, pattern: string): SessionsControllerV1 | undefined {
  const wanted = descriptorParts(pattern);
  const components = references.getAll();
  const index = references
    .getAllLocators()
    .findIndex((locator, at) => fits(locator, wanted) && isController(components[at]));
  return components[index] as SessionsControllerV1 | undefined;
}

/** Group, type, kind, name and version. */
export function descriptorParts(pattern: string): string[] {
  const parts = pattern.split(':').map((part) => part.trim());
  if (parts.length === 5 && parts.every((part) => part !== '')) return parts;
  const key = 'dependencies.controller';
  throw configError(
    `service-sessions:client:direct: ${key} is ${JSON.stringify(pattern)} but must be a descriptor, group:type:kind:name:version`,
    key,
  );
}

const GETTERS = ['getGroup', 'getType', 'getKind', 'getName', 'getVersion'] as const;

/** The toolkit's Descriptor is known by its getters; a star, also as null, on either side fits everything. */
function fits(locator: unknown, wanted: string[]): boolean {
  if (typeof locator !== 'object' || locator === null) return false;
  const descriptor = locator as Partial<Record<string, () => unknown>>;
  return GETTERS.every((getter, at) => {
    if (typeof descriptor[getter] !== 'function') return false;
    const part = descriptor[getter]?.() ?? '*';
    return wanted[at] === '*' || part === '*' || part === wanted[at];
  });
}
