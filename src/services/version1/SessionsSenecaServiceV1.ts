import {
  ConfigParams,
  Descriptor,
  type IConfigurable,
  type IOpenable,
  type IReferenceable,
  type IReferences,
} from 'pip-services3-commons-nodex';
import { CompositeLogger } from 'pip-services3-components-nodex';
import type { ISessionsController } from '../../logic/ISessionsController.js';
import { type Clock, systemClock } from '../../toolkit/Clock.js';
import { type OptionValues, readOptions } from '../../toolkit/Options.js';
import { processTimers, type Timers } from '../../toolkit/Timers.js';
import { SenecaListener } from './seneca/SenecaListener.js';
import { SENECA_OPTIONS } from './seneca/SenecaOptions.js';
import { SenecaReception } from './seneca/SenecaReception.js';
import { SilentSeneca } from './seneca/SilentSeneca.js';

/** How long a stop waits for messages under way, in milliseconds. */
const STOP_TIMEOUT = 5000;
const COMPONENT = 'service-sessions:service:seneca';

/**
 * The operation table for clients of Seneca over tcp: `{role: 'sessions', version: 1, cmd: '<operation>'}` with the arguments
 * beside it. Nothing else of Seneca can be reached from outside.
 *
 * Descriptor `service-sessions:service:seneca:default:1.0`.
 *
 * ### References ###
 *
 * - `service-sessions:controller:*:*:1.0` the controller
 * - `*:logger:*:*:1.0` (optional) loggers
 */
export class SessionsSenecaServiceV1 implements IConfigurable, IReferenceable, IOpenable {
  static readonly OPTIONS = SENECA_OPTIONS;

  private readonly logger = new CompositeLogger();
  private options: OptionValues<typeof SENECA_OPTIONS> = readOptions(COMPONENT, SENECA_OPTIONS, new ConfigParams());
  private controller: ISessionsController | null = null;
  private seneca: SilentSeneca | null = null;
  private listener: SenecaListener | null = null;
  private stopped: Promise<void> | null = null;
  private port = 0;

  constructor(
    private readonly clock: Clock = systemClock,
    private readonly timers: Timers = processTimers,
  ) {}

  configure(config: ConfigParams): void {
    this.options = readOptions(COMPONENT, SENECA_OPTIONS, config);
  }

  setReferences(references: IReferences): void {
    this.logger.setReferences(references);
    const locator = Descriptor.fromString(this.options['dependencies.controller']);
    this.controller = references.getOneRequired<ISessionsController>(locator);
  }

  /** Where it can be reached, such as `tcp://0.0.0.0:8807`; with the configured port while it is closed. */
  address(): string {
    const { 'connection.type': type, 'connection.host': host, 'connection.port': port } = this.options;
    return `${type}://${host.includes(':') ? `[${host}]` : host}:${this.port || port}`;
  }

  /** How many clients are connected. */
  get connections(): number {
    return this.listener?.size ?? 0;
  }

  isOpen(): boolean {
    return this.listener !== null;
  }

  async open(correlationId: string | null): Promise<void> {
    if (this.listener !== null) return;
    const seneca = await SilentSeneca.open(this.controller as ISessionsController);
    const listener = this.newListener(seneca);
    try {
      this.port = await listener.listen(COMPONENT, this.options);
    } catch (error) {
      await seneca.close();
      throw error;
    }
    this.seneca = seneca;
    this.listener = listener;
    this.logger.debug(correlationId ?? '', 'Listening on %s', this.address());
  }

  /** Takes no more connections, lets messages under way end, and cuts what is left after the stop time-out. */
  async close(correlationId: string | null): Promise<void> {
    if (this.listener === null) return;
    this.stopped ??= this.stop(this.listener);
    await this.stopped;
    if (this.listener === null) return;
    this.listener = null;
    this.seneca = null;
    this.stopped = null;
    this.port = 0;
    this.logger.debug(correlationId ?? '', 'Stopped listening on %s', this.address());
  }

  private async stop(listener: SenecaListener): Promise<void> {
    await listener.close(STOP_TIMEOUT);
    await this.seneca?.close();
  }

  private newListener(seneca: SilentSeneca): SenecaListener {
    const reception = new SenecaReception({
      maxInFlight: this.options['options.max_in_flight'],
      act: (message) => seneca.act(message),
      logger: this.logger,
    });
    return new SenecaListener({
      messageLimit: this.options['options.message_limit'],
      messageTimeout: this.options['options.message_timeout'],
      maxConnections: this.options['options.max_connections'],
      answer: (line) => reception.answer(line),
      clock: this.clock,
      timers: this.timers,
    });
  }
}
