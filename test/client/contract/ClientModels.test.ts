import { expect } from 'chai';
import type * as client from 'service-sessions-client';
import { SessionsDirectClientV1 } from 'service-sessions-client';
import type * as errors from '../../../src/data/version1/SessionErrorsV1.js';
import { SessionErrorsV1, sessionError } from '../../../src/data/version1/SessionErrorsV1.js';
import type * as events from '../../../src/data/version1/SessionEventV1.js';
import type * as model from '../../../src/data/version1/SessionV1.js';
import type { ISessionsController } from '../../../src/logic/ISessionsController.js';
import type { JsonValue } from '../../../src/toolkit/JsonValue.js';
import { fakeController } from './FakeController.js';

/** True for two types of the same members; nothing that may be assigned to the other is enough. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Fits<A, B> = A extends B ? true : false;

/** The service takes `user` and `data` for JSON, the client leaves them unchecked, as the older one did. */
type WithoutContent<T extends { user?: unknown; data?: unknown }> = Omit<T, 'user' | 'data'>;

/** Does not compile when service and client disagree. */
const AGREED: [string, true][] = [
  ['SessionV1', true satisfies Same<WithoutContent<model.SessionV1>, WithoutContent<client.SessionV1>>],
  ['the names in SessionV1', true satisfies Same<keyof model.SessionV1, keyof client.SessionV1>],
  ['OpenSessionV1', true satisfies Same<WithoutContent<model.OpenSessionV1>, WithoutContent<client.OpenSessionV1>>],
  ['the names in OpenSessionV1', true satisfies Same<keyof model.OpenSessionV1, keyof client.OpenSessionV1>],
  ['StoreOptionsV1', true satisfies Same<model.StoreOptionsV1, client.StoreOptionsV1>],
  ['UpdateUserOptionsV1', true satisfies Same<model.UpdateUserOptionsV1, client.UpdateUserOptionsV1>],
  ['CloseReasonV1', true satisfies Same<model.CloseReasonV1, client.CloseReasonV1>],
  ['ExpireBasisV1', true satisfies Same<model.ExpireBasisV1, client.ExpireBasisV1>],
  ['JsonValue', true satisfies Same<JsonValue, client.JsonValue>],
  ['SessionEventV1', true satisfies Same<events.SessionEventV1, client.SessionEventV1>],
  ['the error codes', true satisfies Same<errors.SessionErrorCode, client.ServiceErrorCode>],
  ['the controller of a direct client', true satisfies Fits<ISessionsController, client.SessionsControllerV1>],
];

describe('Service and client', () => {
  for (const [title, agreed] of AGREED) {
    it(`agree on ${title}`, () => {
      expect(agreed).to.equal(true);
    });
  }

  it('know the same errors, with the same status and category', async () => {
    for (const code of Object.keys(SessionErrorsV1) as errors.SessionErrorCode[]) {
      const thrown = sessionError('c-1', code, { details: { field: 'data' } });
      const controller = fakeController(() => Promise.reject(thrown));
      const error = await new SessionsDirectClientV1({}, controller).getSessionById('c-1', 'x').catch((e) => e);
      const { http: status, category, message } = SessionErrorsV1[code];
      expect(error, code).to.deep.include({ code, status, category, message, correlationId: 'c-1', cause: thrown });
      expect(error.details, code).to.deep.equal({ field: 'data' });
    }
  });
});
