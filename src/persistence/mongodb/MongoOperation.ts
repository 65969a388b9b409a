import type { Collection } from 'mongodb';
import { sessionError } from '../../data/version1/SessionErrorsV1.js';
import { faultOf, unavailable } from './MongoFaults.js';
import type { MongoLine, MongoLink } from './MongoLink.js';
import type { AnyDocument } from './SessionDocument.js';

/** The reply to a write is lost: it may have been done, now or later, or not. */
export class LostReply extends Error {}
/** The server has a document with this id, or this binding, already. */
export class DuplicateKey extends Error {}

export type Sessions = Collection<AnyDocument>;

/**
 * The commands of one operation, one after the other, until the time for it is over; then none is sent any more.
 *
 * What is repeated after a failure, and why that is safe: a command that did not reach the server; every read; and after a
 * lost reply a write whose document tells whether it was done, by its stamp (`bears`). The
 * driver's own repetition is off, because it is only safe with servers that number the writes of a client, and the driver
 * cannot tell all of those from the others.
 */
export class MongoOperation {
  private isOver = false;
  /** Rejects when it is given up. */
  private readonly givenUp: Promise<never>;
  private refuse: (reason: Error) => void = () => {};

  constructor(
    readonly correlationId: string | null,
    private readonly link: MongoLink,
  ) {
    this.givenUp = new Promise((_, reject) => {
      this.refuse = reject;
    });
    this.givenUp.catch(() => {});
  }

  /** No command is sent from now on. */
  end(): void {
    this.isOver = true;
  }

  /** As `end`, and none is waited for: who waits for this operation must not wait for a connection that hangs. */
  giveUp(reason: Error): void {
    this.end();
    this.refuse(reason);
  }

  /** Repeats until there is an answer. */
  async read<T>(ask: (sessions: Sessions) => Promise<T>): Promise<T> {
    for (;;) {
      const line = await this.line();
      try {
        return await Promise.race([ask(line.collection), this.givenUp]);
      } catch (error) {
        if (!this.mayRepeat(line, error)) throw this.refusal(error);
      }
    }
  }

  /** Throws LostReply where nobody knows whether it was done, and DuplicateKey. */
  async write<T>(send: (sessions: Sessions) => Promise<T>): Promise<T> {
    for (;;) {
      const line = await this.line();
      try {
        return await Promise.race([send(line.collection), this.givenUp]);
      } catch (error) {
        const fault = faultOf(error);
        if (fault === 'duplicate') throw new DuplicateKey();
        const mayRepeat = this.mayRepeat(line, error);
        if (fault === 'unknown') throw new LostReply('', { cause: error });
        if (!mayRepeat) throw this.refusal(error);
      }
    }
  }

  /** Repeats after a lost reply too: for writes that find nothing to do any more once they are done. */
  async writeUntilDone<T>(send: (sessions: Sessions) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await this.write(send);
      } catch (error) {
        if (!(error instanceof LostReply)) throw error;
      }
    }
  }

  /** PERSISTENCE_UNAVAILABLE for a write of which nobody knows whether it was done. */
  unknown({ cause }: LostReply): Error {
    return unavailable(this.correlationId, cause, this.link.hide);
  }

  private async line(): Promise<MongoLine> {
    const line = this.isOver ? null : (this.link.current ?? (await Promise.race([this.link.ready(), this.givenUp])));
    if (line === null || this.isOver) throw unavailable(this.correlationId, new Error('Not connected'), this.link.hide);
    return line;
  }

  private mayRepeat(line: MongoLine, error: unknown): boolean {
    const fault = faultOf(error);
    if (fault !== 'unknown' && fault !== 'not-sent') return false;
    this.link.lost(line, error);
    return true;
  }

  private refusal(error: unknown): Error {
    if (faultOf(error) === 'too-large') {
      return sessionError(this.correlationId, 'PAYLOAD_TOO_LARGE', {
        message: 'The session with its user and data is larger than the store can hold',
      });
    }
    return unavailable(this.correlationId, error, this.link.hide);
  }
}
