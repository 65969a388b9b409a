import type { ReferencesV1 } from '../version1/ISessionsClientV1.js';
import type { Connection } from './ServiceAddress.js';

/** What the toolkit's discovery components and their answers are asked for. */
interface Discovery {
  resolveOne(correlationId: string | null, key: string): Promise<FoundConnection | null>;
}

interface FoundConnection {
  getUri(): string | null;
  getProtocol(): string | null;
  getHost(): string | null;
  getPort(): number | null;
}

/** The discovery components among others, in their order. */
export function discoveriesOf(references: ReferencesV1): Discovery[] {
  const components = references.getAll();
  return references.getAllLocators().flatMap((locator, index) => {
    const component = components[index] as Partial<Discovery> | null | undefined;
    return isDiscovery(locator) && typeof component?.resolveOne === 'function' ? [component as Discovery] : [];
  });
}

/** Where the first that knows the key says, on this port unless it says which; null when none does. */
export async function discovered(
  discoveries: Discovery[],
  correlationId: string | null,
  key: string,
  defaultPort: number,
): Promise<Connection | null> {
  for (const discovery of discoveries) {
    const found = await discovery.resolveOne(correlationId, key);
    if (found) return connectionOf(found, defaultPort);
  }
  return null;
}

function isDiscovery(locator: unknown): boolean {
  const descriptor = locator as { getType?: () => unknown } | null | undefined;
  return typeof descriptor?.getType === 'function' && descriptor.getType() === 'discovery';
}

function connectionOf(found: FoundConnection, defaultPort: number): Connection {
  const port = Number(found.getPort());
  return {
    uri: found.getUri() || undefined,
    protocol: found.getProtocol() || 'http',
    host: found.getHost() || 'localhost',
    port: port > 0 ? port : defaultPort,
  };
}

export type { Discovery };
