import { expect } from 'chai';
import { olderCall } from './OlderGrpcCalls.js';

const SAID: Record<string, object[]> = {
  get_sessions: [{}, { filter: null, paging: { skip: 1, take: 2, total: true } }],
  get_session_by_id: [{ session_id: 'x' }],
  open_session: [{ user_id: 'ann' }, { user_id: 'ann', user_name: 'Ann', user: { a: 1 }, data: 'text' }],
  store_session_data: [
    { session_id: 'x', data: { list: [1, null] } },
    { session_id: 'x', data: null },
  ],
  update_session_user: [{ session_id: 'x', user: [1] }],
  close_session: [{ session_id: 'x' }],
  close_expired_sessions: [{}],
  delete_session_by_id: [{ session_id: '' }],
};

/** Calls that become others on the way. */
const NOT_SAID: [operation: string, args: object][] = [
  ['validate_session', { session_id: 'x' }],
  ['store_session_data', { session_id: 'x', data: 1, version: 0 }],
  ['store_session_data', { session_id: 'x', data: -0 }],
];

const NOT_TYPED: [operation: string, args: object][] = [
  ['get_sessions', { filter: { user_id: 'ann' } }],
  ['store_session_data', { session_id: 'x', data: 0 }],
  ['store_session_data', { session_id: 'x', data: [] }],
  ['open_session', { user_id: 'ann', data: null }],
  ['open_session', { user_id: 5 }],
];

describe('What the older gRPC clients can say', () => {
  for (const kind of ['grpc', 'commandable-grpc'] as const) {
    it(`${kind} says every operation of the older service`, () => {
      for (const [operation, calls] of Object.entries(SAID)) {
        for (const args of calls) expect(olderCall(kind, operation, args, null), operation).not.to.equal(null);
      }
    });

    it(`${kind} does not say what would arrive as something else`, () => {
      for (const [operation, args] of NOT_SAID) expect(olderCall(kind, operation, args, null)).to.equal(null);
    });
  }

  it('the typed one loses what the other keeps', () => {
    for (const [operation, args] of NOT_TYPED) {
      expect(olderCall('grpc', operation, args, null)).to.equal(null);
      expect(olderCall('commandable-grpc', operation, args, null)).not.to.equal(null);
    }
  });
});
