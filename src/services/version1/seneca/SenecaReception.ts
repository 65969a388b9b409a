import type { CompositeLogger } from 'pip-services3-components-nodex';
import { logFailure } from '../../endpoint/FailureLog.js';
import { InFlight } from '../../endpoint/InFlight.js';
import {
  answerLine,
  type BadLine,
  type Envelope,
  errorLine,
  readEnvelope,
  refusalLine,
  type Sender,
} from './SenecaEnvelope.js';
import { SenecaFault } from './SenecaFault.js';
import { correlationIdOf, operationOf, pureMessage, type SenecaAnswer, type SenecaMessage } from './SessionMessages.js';

const NO_PATTERN = 'The message must have role "sessions", version 1 and, as cmd, the name of an operation';

export interface ReceptionHost {
  /** The most messages under way at the same time, of all connections. */
  readonly maxInFlight: number;
  readonly logger: CompositeLogger;

  /** Does what a message of the pattern says. Rejects with a SenecaFault. */
  act(message: SenecaMessage): Promise<SenecaAnswer>;
}

/** What stands before Seneca: of the lines that come in, only messages of the pattern get through, and only what belongs to it. */
export class SenecaReception {
  private readonly inFlight: InFlight;

  constructor(private readonly host: ReceptionHost) {
    this.inFlight = new InFlight(host.logger);
  }

  /** The line that a line is answered with; null where nobody waits for one. Never rejects. */
  async answer(line: Buffer): Promise<string | null> {
    const envelope = readEnvelope(line);
    if (isBad(envelope)) return refuseBad(envelope);
    const reply = await this.replyTo(envelope);
    return envelope.sync ? reply : null;
  }

  private async replyTo(envelope: Envelope): Promise<string> {
    const operation = operationOf(envelope.message);
    if (operation === null) return refusalLine(envelope, 'NOT_FOUND', { message: NO_PATTERN });
    const message = pureMessage(operation, envelope.message);
    if (!this.inFlight.enter(this.host.maxInFlight, correlationIdOf(message))) {
      return refusalLine(envelope, 'OVERLOADED');
    }
    try {
      return await this.perform(envelope, message);
    } finally {
      this.inFlight.leave();
    }
  }

  private async perform(sender: Sender, message: SenecaMessage): Promise<string> {
    try {
      return answerLine(sender, await this.host.act(message));
    } catch (error) {
      const correlationId = correlationIdOf(message);
      const fault = SenecaFault.of(correlationId, error);
      logFailure(this.host.logger, correlationId, fault.error);
      return errorLine(sender, fault.description);
    }
  }
}

function refuseBad({ sender, message, field }: BadLine): string {
  return refusalLine(sender, 'INVALID_DATA', { message, details: { field } });
}

function isBad(line: Envelope | BadLine): line is BadLine {
  return 'sender' in line;
}
