import { DataPage } from 'pip-services3-commons-nodex';
import type { CloseReasonV1, SessionV1 } from '../data/version1/SessionV1.js';
import type { SessionRecordsPage } from '../persistence/ISessionsPersistence.js';
import { SessionRecord } from '../persistence/SessionRecord.js';
import { readSessionsPaging } from '../persistence/SessionsFilter.js';

/** What an operation answers: a session, a page, a count, or null for absence. */
export type SessionAnswer = SessionRecord | SessionRecordsPage | number | null;

/** A session of an answer, for what writes it in another form than its own. */
export interface AnsweredSession {
  readonly id: string;
  readonly userId: string;
  /** Milliseconds since 1970: of an active session its deadline, Infinity for none; of an ended one its end. */
  readonly endAt: number;
  /** The fields that stand on the wire, times as texts, without content; an object of the caller's own. */
  head(): object;
  readonly active: boolean;
  readonly version: number;
  /** Compact JSON texts, neither parsed nor formatted; absent where the session has none. */
  content(): { user?: string; data?: string };
}

/** The session that an operation answers; null where it answers none. */
export function answeredSession(answer: SessionAnswer): AnsweredSession | null {
  return answer instanceof SessionRecord ? answer : null;
}

/** A page of an answer: its sessions come without content, of which `content` of them still tells. */
export interface AnsweredPage {
  /** How many match; null unless asked for. */
  readonly total: number | null;
  readonly data: readonly AnsweredSession[];
}

/** The page that an operation answers; an empty one where it answers none. */
export function answeredPage(answer: SessionAnswer): AnsweredPage {
  const isPage = typeof answer === 'object' && answer !== null && !(answer instanceof SessionRecord);
  return isPage ? answer : { total: null, data: [] };
}

/** The answer as compact JSON; a session's text is not formatted but kept. Sessions of a page come without `user` and `data`. */
export function answerText(answer: SessionAnswer): string {
  if (answer instanceof SessionRecord) return answer.text;
  if (typeof answer !== 'object' || answer === null) return String(answer);
  return `{"total":${answer.total},"data":[${answer.data.map((record) => record.headText()).join(',')}]}`;
}

/**
 * How many sessions to skip for the page after the one that was answered to this paging; null where there is none. Without a
 * total a full page counts as having one after it, which may turn out to be empty.
 */
export function nextSkip(answer: SessionAnswer, paging: unknown): number | null {
  if (typeof answer !== 'object' || answer === null || answer instanceof SessionRecord) return null;
  const { skip, take } = readSessionsPaging(null, paging);
  const isFull = take > 0 && answer.data.length === take;
  return isFull && (answer.total === null || skip + take < answer.total) ? skip + take : null;
}

/** The answer as a value of the caller's own. */
export function answerValue(answer: SessionAnswer): SessionV1 | DataPage<SessionV1> | number | null {
  if (answer instanceof SessionRecord) return answer.toSession();
  return typeof answer === 'object' && answer !== null ? pageValue(answer) : answer;
}

/** A page of plain sessions, without `user` and `data`. */
export function pageValue(page: SessionRecordsPage): DataPage<SessionV1> {
  return new DataPage(
    page.data.map((record) => record.withoutContent().toSession()),
    page.total as number,
  );
}

/** Whose a session is, and whether it still is: without its content, which may be long. */
export interface SessionState {
  userId: string;
  userName: string | null;
  active: boolean;
  /** Milliseconds since 1970: of an active session its deadline, Infinity for none; of an ended one when it ended. */
  endAt: number;
  /** Why it ended; null while it is active. */
  reason: CloseReasonV1 | null;
}

/** The state of the session that was answered; null where none was. */
export function answerState(answer: SessionAnswer): SessionState | null {
  if (!(answer instanceof SessionRecord)) return null;
  const { userId, active, endAt } = answer;
  const { user_name, close_reason } = answer.head();
  // Sessions that an older service closed have no reason: it knew but one.
  return { userId, userName: user_name ?? null, active, endAt, reason: active ? null : (close_reason ?? 'closed') };
}
