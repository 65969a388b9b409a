import type { ConfigParams, IConfigurable } from 'pip-services3-commons-nodex';
import { type OptionTable, readOptions } from '../../toolkit/Options.js';
import { TablePersistence } from '../table/TablePersistence.js';

/**
 * Sessions in the memory of the process, and nowhere else: they end with it. A million is normal.
 *
 * Descriptor: `service-sessions:persistence:memory:default:1.0`
 *
 * ### Configuration parameters ###
 * - options.max_page_size: of older configurations; has no effect
 *
 * ### Example ###
 *     const persistence = new SessionsMemoryPersistence();
 *     await persistence.open(null);
 *     const session = await persistence.getOneById(null, sessionId);
 */
export class SessionsMemoryPersistence extends TablePersistence implements IConfigurable {
  static readonly OPTIONS = {
    'options.max_page_size': { type: 'ignored', default: undefined, doc: 'Of older configurations; has no effect.' },
  } as const satisfies OptionTable;

  private opened = false;

  configure(config: ConfigParams): void {
    readOptions('service-sessions:persistence:memory', SessionsMemoryPersistence.OPTIONS, config);
  }

  isOpen(): boolean {
    return this.opened;
  }

  async open(_correlationId: string | null): Promise<void> {
    this.opened = true;
  }

  async close(_correlationId: string | null): Promise<void> {
    this.opened = false;
  }
}
