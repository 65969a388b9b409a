import { Closer, type Descriptor, type IReferences, References } from 'pip-services3-commons-nodex';
import type { ILogger } from 'pip-services3-components-nodex';
import { type ComponentConfig, Container, ContainerConfig } from 'pip-services3-container-nodex';
import { SessionsServiceFactory } from '../build/SessionsServiceFactory.js';

/** Who waits for whom to be open: what is named later uses what is named before. */
const OPENING_ORDER = ['context-info', 'container-info', 'logger', 'tracer', 'counters', 'persistence', 'controller'];

/**
 * The toolkit's container with an order: components open from the store to the endpoint, whatever the order of the file, so
 * that nothing is asked before it can answer; and they close in reverse, each once, also when opening failed half-way.
 * It opens once.
 */
export class SessionsContainer extends Container {
  /** What components threw on closing. */
  readonly failures: unknown[] = [];
  private references: IReferences = new References();

  constructor(name: string, description: string, configs: readonly ComponentConfig[]) {
    super(name, description);
    this._config = new ContainerConfig(inOpeningOrder(configs));
    this.addFactory(new SessionsServiceFactory());
  }

  /** Where the components are found while the container is open. */
  get components(): IReferences {
    return this.references;
  }

  /** Writes to all loggers configured, once the container is open. */
  get logger(): ILogger {
    return this._logger;
  }

  /** Called by the container when the components are made, before they open. */
  override setReferences(references: IReferences): void {
    this.references = references;
  }

  override async close(correlationId: string): Promise<void> {
    for (const component of this.references.getAll().reverse()) {
      try {
        await Closer.closeOne(correlationId, component);
      } catch (error) {
        this.failures.push(error);
        this.logger.error(correlationId, error as Error, 'A component failed to close');
      }
    }
    this.references = new References();
  }
}

function inOpeningOrder(configs: readonly ComponentConfig[]): ComponentConfig[] {
  return [...configs].sort((one, other) => rank(one.descriptor) - rank(other.descriptor));
}

function rank(descriptor: Descriptor): number {
  const type = descriptor.getType();
  // Services in between; endpoints last: they let callers in.
  if (type === 'endpoint') return OPENING_ORDER.length + 1;
  const place = OPENING_ORDER.indexOf(type);
  return place < 0 ? OPENING_ORDER.length : place;
}
