import { answeredPage, answeredSession, type SessionAnswer } from '../../../logic/SessionAnswer.js';
import type { SessionOperation } from '../../../logic/SessionOperations.js';
import { KeptReplies } from './KeptReplies.js';

/** Makes the message of a reply: what a kind of answer is in the protos. */
export type ReplyMessages = Record<SessionOperation['answer'], (answer: SessionAnswer) => object>;

/** The replies of one service. */
export function replyMessages(): ReplyMessages {
  const kept = new KeptReplies();
  return {
    session(answer) {
      const session = answeredSession(answer);
      return session === null ? {} : kept.of(session);
    },
    page(answer) {
      const { total, data } = answeredPage(answer);
      return { page: { total, data: data.map((session) => session.head()) } };
    },
    count: (count) => ({ count }),
  };
}
