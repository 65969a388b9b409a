import { Descriptor } from 'pip-services3-commons-nodex';
import { Factory } from 'pip-services3-components-nodex';
import { callable } from './config/Callable.js';
import {
  SessionsCommandableHttpClientV1,
  SessionsDirectClientV1,
  SessionsHttpClientV1,
  SessionsMockClientV1,
  SessionsNullClientV1,
} from './index.js';

const descriptorOf = (type: string, kind: string, name = 'default'): Descriptor =>
  new Descriptor('service-sessions', type, kind, name, '1.0');

const CLIENTS = {
  http: SessionsHttpClientV1,
  'commandable-http': SessionsCommandableHttpClientV1,
  direct: SessionsDirectClientV1,
  mock: SessionsMockClientV1,
  null: SessionsNullClientV1,
};

class ClientFactory extends Factory {
  /** Of the factory itself, for references that hold factories. */
  static readonly Descriptor = descriptorOf('factory', 'default');
  static readonly NullClientV1Descriptor = descriptorOf('client', 'null');
  static readonly MockClientV1Descriptor = descriptorOf('client', 'mock');
  static readonly DirectClientV1Descriptor = descriptorOf('client', 'direct');
  /** Of the kind `commandable-http`, as it was in the older client; the kind `http` makes the same client. */
  static readonly HttpClientV1Descriptor = descriptorOf('client', 'commandable-http');

  constructor() {
    super();
    for (const [kind, client] of Object.entries(CLIENTS)) {
      this.registerAsType(descriptorOf('client', kind, '*'), client);
    }
  }

  /**
   * Null for a pattern: a container asks for one when a client that another component needs is missing, and would put one in
   * its place that nobody has configured - the null client, say, which forgets every session.
   */
  override canCreate(locator: unknown): unknown {
    return locator instanceof Descriptor && !locator.isComplete() ? null : super.canCreate(locator);
  }
}

/**
 * Makes the clients for a container of the toolkit, under the descriptors
 * `service-sessions:client:{http,commandable-http,direct,mock,null}:<any name>:1.0`.
 *
 * ### Example ###
 *
 *     const container = new Container();
 *     container.addFactory(new SessionsClientFactory());
 */
export const SessionsClientFactory = callable(ClientFactory);
export type SessionsClientFactory = InstanceType<typeof ClientFactory>;
