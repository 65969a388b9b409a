import type { AnsweredSession } from '../../../logic/SessionAnswer.js';
import { ReusedMessage } from '../../grpc/ReusedMessage.js';

/** The most replies of a generation, of which there are two. */
const MOST = 8192;
/** Characters of `user` and `data` together; the reply of a session with more is not kept. */
const LONGEST_CONTENT = 2048;

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
    const content = session.content();
    // The fields are named as on the wire, and so are the two texts.
    const message = { session: Object.assign(session.head(), content) };
    if ((content.user?.length ?? 0) + (content.data?.length ?? 0) > LONGEST_CONTENT) return message;
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
