import { ConfigParams, Descriptor, type IReferences, References } from 'pip-services3-commons-nodex';
import type { SessionsController } from '../../src/logic/SessionsController.js';
import { HttpEndpoint } from '../../src/services/http/HttpEndpoint.js';

/** What a component of the configuration has to offer to be served. */
export interface ServedComponent {
  configure(config: ConfigParams): void;
  setReferences(references: IReferences): void;
  open(correlationId: string | null): Promise<void>;
  close(correlationId: string | null): Promise<void>;
}

/** A service and its configuration. */
export type ServedRow = readonly [service: ServedComponent, options?: Record<string, string | number>];

/** Services of one controller on one endpoint, on a free port. */
export class ServedController {
  private constructor(
    readonly controller: SessionsController,
    readonly endpoint: HttpEndpoint,
    private readonly services: readonly ServedComponent[],
  ) {}

  static async start(
    controller: SessionsController,
    rows: readonly ServedRow[],
    endpointOptions: Record<string, string | number> = {},
  ): Promise<ServedController> {
    const endpoint = new HttpEndpoint();
    endpoint.configure(
      ConfigParams.fromValue({ 'connection.host': '127.0.0.1', 'connection.port': 0, ...endpointOptions }),
    );
    const references = References.fromTuples(
      new Descriptor('service-sessions', 'controller', 'default', 'default', '1.0'),
      controller,
      new Descriptor('pip-services', 'endpoint', 'http', 'default', '1.0'),
      endpoint,
    );
    for (const [service, options = {}] of rows) {
      service.configure(ConfigParams.fromValue(options));
      service.setReferences(references);
    }
    await endpoint.open(null);
    for (const [service] of rows) await service.open(null);
    return new ServedController(
      controller,
      endpoint,
      rows.map(([service]) => service),
    );
  }

  get url(): string {
    return this.endpoint.address();
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(this.url + path, init);
  }

  /** Ends services and endpoint; the controller stays open. */
  async close(): Promise<void> {
    for (const service of this.services) await service.close(null);
    await this.endpoint.close(null);
  }
}
