import {
  ConfigParams,
  Descriptor,
  type IConfigurable,
  type IOpenable,
  type IReferenceable,
  type IReferences,
} from 'pip-services3-commons-nodex';
import {
  configError,
  type OptionTable,
  type OptionValues,
  readOptions,
  type TextOption,
} from '../../toolkit/Options.js';
import { normalConnection } from './ConnectionOptions.js';

/** The option of every service that does operations: which controller does them. */
export const CONTROLLER_OPTION = {
  'dependencies.controller': {
    type: 'text',
    default: 'service-sessions:controller:*:*:1.0',
    doc: 'The controller that does the operations.',
  },
} as const satisfies OptionTable;

/** The option that names the endpoint. */
export interface EndpointServiceOptions extends OptionTable {
  'dependencies.endpoint': TextOption & { default: string };
}

/** What a service has to know of the endpoints that it can be served on. */
export interface EndpointKind<E> {
  /** Those of the service's options that are an endpoint's. */
  options: OptionTable;
  /** Made with the name of the component that faults of its options are reported for. */
  Endpoint: new (
    component: string,
  ) => E;
}

/**
 * A service on an endpoint: the one that all services share or, with a `connection` of its own or where none is shared,
 * one that it opens and closes itself.
 */
export abstract class EndpointService<
  E extends IConfigurable & IReferenceable & IOpenable,
  T extends EndpointServiceOptions,
> implements IConfigurable, IReferenceable, IOpenable
{
  private shared: E | null = null;
  private own: E | null = null;
  private config: ConfigParams | null = null;
  private opened = false;
  private endpointLocator: string;

  /**
   * @param component who configuration faults are reported for
   * @param options all that this service may be configured with
   * @param kind of the endpoints that it is served on
   */
  protected constructor(
    protected readonly component: string,
    private readonly options: T,
    private readonly kind: EndpointKind<E>,
  ) {
    this.endpointLocator = options['dependencies.endpoint'].default;
  }

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
  get endpoint(): E {
    const endpoint = this.own ?? this.shared;
    if (endpoint === null) throw new Error(`${this.component} has no references yet`);
    return endpoint;
  }

  isOpen(): boolean {
    return this.opened;
  }

  async open(correlationId: string | null): Promise<void> {
    await this.own?.open(correlationId as string);
    this.opened = true;
  }

  async close(correlationId: string | null): Promise<void> {
    await this.own?.close(correlationId as string);
    this.opened = false;
  }

  /** Takes the values of its options. */
  protected abstract configureService(values: OptionValues<T>): void;

  /** Finds what it needs beside the endpoint. */
  protected connectService(_references: IReferences): void {}

  /** Adds what it serves; called once. */
  protected abstract register(endpoint: E): void;

  private findEndpoint(references: IReferences): void {
    const given = this.config?.getKeys().filter((key) => this.config?.getAsNullableString(key)) ?? [];
    const hasConnection = given.some((key) => key.startsWith('connection.'));
    const locator = Descriptor.fromString(this.endpointLocator);
    this.shared = hasConnection ? null : references.getOneOptional<E>(locator);
    if (this.shared !== null && !(this.shared instanceof this.kind.Endpoint)) throw this.notItsKind();
    if (this.shared === null) {
      this.own = new this.kind.Endpoint(this.component);
      if (this.config !== null) this.own.configure(this.endpointPart(this.config));
    }
    this.register(this.endpoint);
  }

  private notItsKind(): Error {
    const usual = this.options['dependencies.endpoint'].default;
    return configError(
      'INVALID_OPTION',
      `${this.component}: dependencies.endpoint is "${this.endpointLocator}" but must name an endpoint such as ${usual}`,
    );
  }

  private endpointPart(config: ConfigParams): ConfigParams {
    const part = new ConfigParams();
    for (const key of config.getKeys()) {
      if (key in this.kind.options) part.put(key, config.getAsNullableString(key));
    }
    return part;
  }
}
