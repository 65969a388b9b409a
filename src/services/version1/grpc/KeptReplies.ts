import type { AnsweredSession } from '../../../logic/SessionAnswer.js';
import { ReusedMessage } from '../../grpc/ReusedMessage.js';

/** The most replies of a generation, of which there are two. */
const MOST = 8192;
/** Characters of a session's texts together; the reply of one with more is not kept. */
const LONGEST_TEXTS = 2560;

interface KeptReply {
  session: AnsweredSession;
  reply: ReusedMessage;
}

/**
 * Replies with the sessions that are asked for most: the answer of a store in this process is the same object for as long as the
 * session does not change, and making a message of it takes as long as all the rest that is done for a call. Bounded: what was not
 * asked for since a generation is forgotten, the reply with a session that has changed or ended since then as well. The answers of
 * a database are other objects each time, so that nothing is found here.
 */
export class KeptReplies {
  private young = new Map<string, KeptReply>();
  private old = new Map<string, KeptReply>();

  /** How many it keeps; one that was asked for in both generations counts twice. */
  get size(): number {
    return this.young.size + this.old.size;
  }

  /** The reply with this session. */
  of(session: AnsweredSession): object {
    const kept = this.young.get(session.id);
    return kept?.session === session ? kept.reply : this.renewed(session);
  }

  private renewed(session: AnsweredSession): object {
    const kept = this.old.get(session.id);
    if (kept?.session === session) {
      this.keep(kept);
      return kept.reply;
    }
    // The fields are named as on the wire, and so are the two texts of the content.
    const fields = Object.assign(session.head(), session.content());
    const message = { session: fields };
    if (lengthOf(fields) > LONGEST_TEXTS) return message;
    const reply = new ReusedMessage(message);
    this.keep({ session, reply });
    return reply;
  }

  private keep(kept: KeptReply): void {
    if (this.young.size >= MOST) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(kept.session.id, kept);
  }
}

function lengthOf(fields: object): number {
  return Object.values(fields).reduce((length, value) => length + (typeof value === 'string' ? value.length : 0), 0);
}
