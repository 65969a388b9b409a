import { expect } from 'chai';
import type { ApiFault, WirePage, WireSession } from '../contracts/ApiUnderTest.js';
import type { OlderOutcome } from './OlderClientProcess.js';
import type { OlderGrpcKind } from './OlderGrpcCalls.js';

/** What the service did with a call: its answer as it stands on the wire, or the error. */
export interface ServedCall {
  operation: string;
  correlationId: string | null;
  answer?: unknown;
  fault?: ApiFault;
}

/** Throws unless this is how the older client reads what the service did. */
export function expectReading(kind: OlderGrpcKind, outcome: OlderOutcome, served: ServedCall): void {
  if (kind === 'grpc') expectTyped(outcome, served);
  else expectCommandable(outcome, served);
}

/** It reads what its own messages have, and each error as null. */
function expectTyped(outcome: OlderOutcome, { operation, correlationId, answer, fault }: ServedCall): void {
  expect(correlationId).to.equal(null);
  expect(outcome.error).to.equal(undefined);
  const isRead = fault === undefined && answer !== null && operation !== 'close_expired_sessions';
  if (!isRead) expect(outcome.answer).to.equal(null);
  else if (operation === 'get_sessions') expectTypedPage(outcome.answer as WirePage, answer as WirePage);
  else expectTypedSession(outcome.answer as WireSession, answer as WireSession);
}

function expectTypedPage(read: WirePage, page: WirePage): void {
  expect(read.total).to.equal(page.total ?? 0);
  expect(read.data).to.have.length(page.data.length);
  for (const [index, session] of page.data.entries()) expectTypedSession(read.data[index] as WireSession, session);
}

/** What is absent is an empty text to it, but for the time of the end: that is the time of reading. */
function expectTypedSession(read: WireSession, session: WireSession): void {
  const { id, user_id, active, open_time, request_time, close_time, user_name, address, client } = session;
  expect(read).to.deep.equal({
    ...{ id, user_id, active, open_time, request_time },
    close_time: close_time ?? read.close_time,
    ...{ user_name: user_name ?? '', address: address ?? '', client: client ?? '' },
    ...{ user: printed(session.user), data: printed(session.data) },
  });
}

function expectCommandable({ answer, error }: OlderOutcome, served: ServedCall): void {
  if (served.fault === undefined) {
    expect(error).to.equal(undefined);
    expect(answer).to.deep.equal(printed(served.answer));
    return;
  }
  const { code, category, message, details = {}, correlation_id } = served.fault.description;
  const known = { code, category, message, correlation_id: correlation_id ?? '' };
  expect({ ...error, correlation_id: error?.correlation_id ?? '' }).to.deep.include(known);
  const texts = Object.entries(details as object).map(([key, value]) => [key, String(value)]);
  expect(error?.details).to.deep.equal(Object.fromEntries(texts));
}

/** What comes out of the process of the older client: it writes JSON, which has no -0. */
function printed(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
