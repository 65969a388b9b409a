/** A request and what it is answered, for documents. */
export interface RestExample {
  path?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string | number | boolean>>;
  body?: unknown;
  answer: unknown;
}

const ID = '0c7a4c1f5b3e4f0e9d2a6b8c1d3e5f70';
const NOON = '2026-03-01T12:00:00.000Z';
const PATH = { session_id: ID };

const HEAD = {
  id: ID,
  user_id: 'ann',
  user_name: 'Ann',
  active: true,
  open_time: NOON,
  request_time: NOON,
  update_time: NOON,
  expire_time: '2026-03-02T12:00:00.000Z',
  address: '10.0.0.1',
  client: 'Browser/1.0',
  version: 0,
};
const OPENED = { ...HEAD, data: { cart: [] } };
const USER = { email: 'ann@example.com' };
const CLOSED = { ...HEAD, active: false, version: 3, close_time: NOON, close_reason: 'closed' };

/** What happens to one session at noon, in this order; another session of its user is opened on the way, for `close_sessions` to end. */
export const REST_EXAMPLES: Partial<Record<string, RestExample>> = {
  open_session: {
    body: { user_id: 'ann', user_name: 'Ann', address: '10.0.0.1', client: 'Browser/1.0', data: { cart: [] } },
    answer: OPENED,
  },
  get_sessions: { query: { user_id: 'ann', active: true, take: 10, total: true }, answer: { total: 1, data: [HEAD] } },
  get_session_by_id: { path: PATH, answer: OPENED },
  validate_session: { path: PATH, body: { user_id: 'ann' }, answer: OPENED },
  store_session_data: {
    path: PATH,
    body: { cart: ['book'] },
    answer: { ...HEAD, version: 1, data: { cart: ['book'] } },
  },
  patch_session_data: {
    path: PATH,
    body: { theme: 'dark' },
    answer: { ...HEAD, version: 2, data: { cart: ['book'], theme: 'dark' } },
  },
  update_session_user: {
    path: PATH,
    body: USER,
    answer: { ...HEAD, version: 3, user: USER, data: { cart: ['book'], theme: 'dark' } },
  },
  close_sessions: { body: { filter: { user_id: 'ann' }, except_session_id: ID }, answer: 1 },
  close_session: { path: PATH, answer: CLOSED },
  close_expired_sessions: { answer: 0 },
  delete_session_by_id: { path: PATH, answer: CLOSED },
};
