import { expect } from 'chai';
import type { AnsweredSession } from '../../../../src/logic/SessionAnswer.js';
import { writingOnce } from '../../../../src/services/grpc/ReusedMessage.js';
import { KeptReplies } from '../../../../src/services/version1/grpc/KeptReplies.js';

const answered = (id: string, data = '{}', version = 0): AnsweredSession => ({
  id,
  userId: 'ann',
  endAt: Number.POSITIVE_INFINITY,
  active: true,
  version,
  head: () => ({ id, version }),
  content: () => ({ data }),
});

/** Writes messages, and keeps what it has written. */
function writer() {
  const written: object[] = [];
  const write = writingOnce((message) => {
    written.push(message);
    return Buffer.from(JSON.stringify(message));
  });
  return { written, write };
}

describe('Replies with sessions over gRPC', () => {
  it('are written once for as long as the session is the same', () => {
    const replies = new KeptReplies();
    const session = answered('a');
    const { written, write } = writer();
    const texts = [1, 2, 3].map(() => String(write(replies.of(session))));
    const message = { session: { id: 'a', version: 0, data: '{}' } };
    expect(written).to.deep.equal([message]);
    expect(new Set(texts)).to.deep.equal(new Set([JSON.stringify(message)]));
  });

  it('are others once the session has changed, also back to what it was', () => {
    const replies = new KeptReplies();
    const [before, after] = [answered('a'), answered('a', '{"b":1}', 1)];
    const { write } = writer();
    for (const session of [before, after, before, after]) {
      const reply = JSON.parse(String(write(replies.of(session))));
      expect(reply.session).to.deep.equal({ ...session.head(), ...session.content() });
    }
  });

  it('are kept of the sessions that are asked for, and of a bounded number of them', () => {
    const replies = new KeptReplies();
    const sessions = Array.from({ length: 40_000 }, (_, i) => answered(String(i)));
    const [hot] = sessions as [AnsweredSession];
    const first = replies.of(hot);
    for (const session of sessions.slice(0, 10_000)) replies.of(session);
    expect(replies.of(hot)).to.equal(first);
    for (const session of sessions) replies.of(session);
    expect(replies.size).to.be.at.most(2 * 8192);
    expect(replies.of(hot)).to.not.equal(first);
  });

  it('are not kept of sessions with long content', () => {
    const replies = new KeptReplies();
    const long = answered('a', JSON.stringify('x'.repeat(3000)));
    expect(replies.of(long)).to.have.nested.property('session.id', 'a');
    expect(replies.size).to.equal(0);
  });

  it('are not kept of sessions whose other texts are long together', () => {
    const replies = new KeptReplies();
    const texts = { address: 'x'.repeat(1500), client: 'y'.repeat(1500) };
    const long = { ...answered('a'), head: () => ({ id: 'a', ...texts }) };
    expect(replies.of(long)).to.have.nested.property('session.client', texts.client);
    expect(replies.size).to.equal(0);
  });
});
