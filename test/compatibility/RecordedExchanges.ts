/** A request as it came from the published client of the older service, and what that client needs as the reply. */
export interface RecordedExchange {
  title: string;
  /** What stands before `HTTP/1.1`; `ID` is the id of the session opened last. */
  request: string;
  body: string;
  status: 200 | 204 | 400 | 404 | 409;
  /** Members that the reply's body has, at least; `ID` as above. */
  reply?: Record<string, unknown>;
}

/** The headers that each of them has, in this order, beside those of its body. */
export const RECORDED_HEADERS: readonly [string, string][] = [
  ['accept', 'application/json'],
  ['content-type', 'application/json'],
  ['user-agent', 'restify/4.2.0 (x64-linux; v8/11.3.244.8-node.38; OpenSSL/3.0.19) node/20.20.2'],
  ['accept-version', '*'],
  ['date', 'Sat, 21 Nov 2026 02:50:39 GMT'],
];

/**
 * Recorded from npm `client-sessions-node` 1.1.3, class `SessionsCommandableHttpClientV1`: each of its methods, with and
 * without a correlation id, in an order in which they make one session's life.
 */
export const RECORDED_EXCHANGES: readonly RecordedExchange[] = [
  {
    title: 'openSession with a text as data',
    request: 'POST /v1/sessions/open_session',
    body: '{"user_id":"1","user_name":"User 1","address":"localhost","client":"test","user":null,"data":"abc"}',
    status: 200,
    reply: {
      id: 'ID',
      user_id: '1',
      user_name: 'User 1',
      address: 'localhost',
      client: 'test',
      active: true,
      user: null,
      data: 'abc',
    },
  },
  {
    title: 'openSession with objects and a correlation id',
    request: 'POST /v1/sessions/open_session?correlation_id=c1',
    body: '{"user_id":"1","user_name":"User 1","address":"localhost","client":"test","user":{"a":1},"data":{"b":null}}',
    status: 200,
    reply: { id: 'ID', user: { a: 1 }, data: { b: null } },
  },
  {
    title: 'openSession with a user only',
    request: 'POST /v1/sessions/open_session',
    body: '{"user_id":"2"}',
    status: 200,
    reply: { id: 'ID', user_id: '2', active: true },
  },
  {
    title: 'getSessions with filter and paging',
    request: 'POST /v1/sessions/get_sessions',
    body: '{"filter":{"user_id":"2","active":"true"},"paging":{"skip":0,"take":10,"total":true}}',
    status: 200,
    reply: { total: 1 },
  },
  {
    title: 'getSessions without',
    request: 'POST /v1/sessions/get_sessions',
    body: '{"filter":null,"paging":null}',
    status: 200,
    reply: { total: null },
  },
  {
    title: 'getSessions with the paging of the toolkit that says nothing',
    request: 'POST /v1/sessions/get_sessions?correlation_id=c+2%26',
    body: '{"filter":{"active":"false","from_time":"1970-01-01T00:00:00.000Z"},"paging":{"skip":null,"take":null,"total":false}}',
    status: 200,
    reply: { total: null, data: [] },
  },
  {
    title: 'getSessionById',
    request: 'POST /v1/sessions/get_session_by_id?correlation_id=c1',
    body: '{"session_id":"ID"}',
    status: 200,
    reply: { id: 'ID', user_id: '2' },
  },
  {
    title: 'getSessionById of nobody',
    request: 'POST /v1/sessions/get_session_by_id?correlation_id=c1',
    body: '{"session_id":"x"}',
    status: 204,
  },
  {
    title: 'storeSessionData with an object',
    request: 'POST /v1/sessions/store_session_data?correlation_id=c1',
    body: '{"session_id":"ID","data":{"abc":"x"}}',
    status: 200,
    reply: { id: 'ID', data: { abc: 'x' } },
  },
  {
    title: 'storeSessionData with a text',
    request: 'POST /v1/sessions/store_session_data',
    body: '{"session_id":"ID","data":"text"}',
    status: 200,
    reply: { id: 'ID', data: 'text' },
  },
  {
    title: 'updateSessionUser with null',
    request: 'POST /v1/sessions/update_session_user',
    body: '{"session_id":"ID","user":null}',
    status: 200,
    reply: { id: 'ID', user: null, data: 'text' },
  },
  {
    title: 'closeSession',
    request: 'POST /v1/sessions/close_session',
    body: '{"session_id":"ID"}',
    status: 200,
    reply: { id: 'ID', active: false },
  },
  {
    title: 'storeSessionData of a closed session',
    request: 'POST /v1/sessions/store_session_data?correlation_id=c+2%26',
    body: '{"session_id":"ID","data":"text"}',
    status: 409,
    reply: { code: 'SESSION_CLOSED', status: 409, category: 'Conflict', correlation_id: 'c 2&' },
  },
  {
    title: 'closeExpiredSessions',
    request: 'POST /v1/sessions/close_expired_sessions?correlation_id=c9',
    body: '{}',
    status: 200,
  },
  {
    title: 'deleteSessionById',
    request: 'POST /v1/sessions/delete_session_by_id',
    body: '{"session_id":"ID"}',
    status: 200,
    reply: { id: 'ID', user_id: '2' },
  },
  {
    title: 'deleteSessionById once more',
    request: 'POST /v1/sessions/delete_session_by_id',
    body: '{"session_id":"ID"}',
    status: 204,
  },
  {
    title: 'openSession with null as its user',
    request: 'POST /v1/sessions/open_session',
    body: '{"user_id":null,"user_name":null,"address":null,"client":null,"user":null,"data":null}',
    status: 400,
    reply: { code: 'INVALID_DATA', status: 400, category: 'BadRequest', details: { field: 'user_id' } },
  },
];
