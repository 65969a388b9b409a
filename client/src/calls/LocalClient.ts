import type { CallOptionsV1, ReferencesV1 } from '../version1/ISessionsClientV1.js';
import { begunCall } from './BegunCall.js';
import { closedError, type SessionsCall } from './SessionsCall.js';
import { SessionsClient } from './SessionsClient.js';

/** What the clients without a transport have in common: calls work until the client is closed, and once it is opened again. */
export abstract class LocalClient extends SessionsClient {
  private state: 'made' | 'open' | 'closed' = 'made';

  override setReferences(_references: ReferencesV1): void {}

  override isOpen(): boolean {
    return this.state === 'open';
  }

  override async open(correlationId?: string | null, options?: CallOptionsV1 | null): Promise<void> {
    begunCall('open', correlationId, {}, options);
    this.state = 'open';
  }

  override async close(_correlationId?: string | null): Promise<void> {
    this.state = 'closed';
  }

  protected override async perform(call: SessionsCall): Promise<unknown> {
    if (this.state !== 'closed') return this.answer(call);
    throw closedError(call);
  }

  /** What `perform` answers while the client is not closed. */
  protected abstract answer(call: SessionsCall): unknown;
}
