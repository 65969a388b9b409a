import {
  ConfigParams,
  Descriptor,
  type IConfigurable,
  type IOpenable,
  type IReferenceable,
  type IReferences,
} from 'pip-services3-commons-nodex';
import { type OptionTable, type OptionValues, readOptions } from '../../toolkit/Options.js';
import { HttpEndpoint } from './HttpEndpoint.js';
import { HTTP_OPTIONS, normalConnection } from './HttpEndpointOptions.js';

/** The options of every service over HTTP: where it is served, and all of an endpoint's for one that has its own. */
export const HTTP_SERVICE_OPTIONS = {
  'dependencies.endpoint': {
    type: 'text',
    default: '*:endpoint:http:*:1.0',
    doc: 'The endpoint to be served on, where the service has no `connection` of its own.',
  },
  'dependencies.*': { type: 'ignored', default: undefined, doc: 'Older keys without effect.' },
  ...HTTP_OPTIONS,
} as const satisfies OptionTable;

/** The option of every service that does operations: which controller does them. */
export const CONTROLLER_OPTION = {
  'dependencies.controller': {
    type: 'text',
    default: 'service-sessions:controller:*:*:1.0',
    doc: 'The controller that does the operations.',
  },
} as const satisfies OptionTable;

/** A document that describes what a service offers. */
export interface ApiDocument {
  name: string;
  /** Where its endpoint serves it, `/` first. */
  path: string;
}

/**
 * A service on an HTTP endpoint: the one that all services share or, with a `connection` of its own or where none is
 * shared, one that it opens and closes itself.
 */
export abstract class HttpService<T extends typeof HTTP_SERVICE_OPTIONS = typeof HTTP_SERVICE_OPTIONS>
  implements IConfigurable, IReferenceable, IOpenable
{
  private shared: HttpEndpoint | null = null;
  private own: HttpEndpoint | null = null;
  private config: ConfigParams | null = null;
  private opened = false;
  private endpointLocator: string = HTTP_SERVICE_OPTIONS['dependencies.endpoint'].default;

  /**
   * @param component who configuration faults are reported for
   * @param options all that this service may be configured with
   */
  protected constructor(
    protected readonly component: string,
    private readonly options: T,
  ) {}

  configure(config: ConfigParams): void {
    const normal = normalConnection(this.component, config);
    const values: OptionValues<T> = readOptions(this.component, this.options, normal);
    this.endpointLocator = values['dependencies.endpoint'] as string;
    this.config = normal;
    this.configureService(values);
  }

  setReferences(references: IReferences): void {
    if (this.own === null && this.shared === null) this.findEndpoint(references);
    this.own?.setReferences(references);
    this.connectService(references);
  }

  /** The endpoint it is served on; throws before `setReferences`. */
  get endpoint(): HttpEndpoint {
    const endpoint = this.own ?? this.shared;
    if (endpoint === null) throw new Error(`${this.component} has no references yet`);
    return endpoint;
  }

  /** The documents that describe it: none unless a service says so. */
  documents(): ApiDocument[] {
    return [];
  }

  isOpen(): boolean {
    return this.opened;
  }

  async open(correlationId: string | null): Promise<void> {
    await this.own?.open(correlationId);
    this.opened = true;
  }

  async close(correlationId: string | null): Promise<void> {
    await this.own?.close(correlationId);
    this.opened = false;
  }

  /** Takes the values of its options. */
  protected abstract configureService(values: OptionValues<T>): void;

  /** Finds what it needs beside the endpoint. */
  protected connectService(_references: IReferences): void {}

  /** Adds its routes; called once. */
  protected abstract register(endpoint: HttpEndpoint): void;

  private findEndpoint(references: IReferences): void {
    const given = this.config?.getKeys().filter((key) => this.config?.getAsNullableString(key)) ?? [];
    const hasConnection = given.some((key) => key.startsWith('connection.'));
    const locator = Descriptor.fromString(this.endpointLocator);
    this.shared = hasConnection ? null : references.getOneOptional<HttpEndpoint>(locator);
    if (this.shared === null) {
      this.own = new HttpEndpoint(this.component);
      if (this.config !== null) this.own.configure(endpointPart(this.config));
    }
    this.register(this.endpoint);
  }
}

function endpointPart(config: ConfigParams): ConfigParams {
  const part = new ConfigParams();
  for (const key of config.getKeys()) if (key in HTTP_OPTIONS) part.put(key, config.getAsNullableString(key));
  return part;
}

/** The parts as one path: `/` first and between them, none at the end. */
export function routePath(...parts: string[]): string {
  const segments = parts.flatMap((part) => part.split('/')).filter((segment) => segment !== '');
  return `/${segments.join('/')}`;
}
