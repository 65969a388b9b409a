import {
  type AnsweredSession,
  answeredPage,
  answeredSession,
  type SessionAnswer,
} from '../../../logic/SessionAnswer.js';
import type { SessionOperation } from '../../../logic/SessionOperations.js';

/** Makes the message of a reply: what a kind of answer is in the protos. */
export const REPLY_MESSAGES: Record<SessionOperation['answer'], (answer: SessionAnswer) => object> = {
  session(answer) {
    const session = answeredSession(answer);
    return session === null ? {} : { session: withContent(session) };
  },
  page(answer) {
    const { total, data } = answeredPage(answer);
    return { page: { total, data: data.map((session) => session.head()) } };
  },
  count: (count) => ({ count }),
};

/** The fields are named as on the wire, and so are the two texts. */
function withContent(session: AnsweredSession): object {
  return Object.assign(session.head(), session.content());
}
