import { DataPage } from 'pip-services3-commons-nodex';
import type { SessionV1 } from '../data/version1/SessionV1.js';
import type { SessionRecordsPage } from '../persistence/ISessionsPersistence.js';
import { SessionRecord } from '../persistence/SessionRecord.js';

/** What an operation answers: a session, a page, a count, or null for absence. */
export type SessionAnswer = SessionRecord | SessionRecordsPage | number | null;

/** The answer as compact JSON; a session's text is not formatted but kept. Sessions of a page come without `user` and `data`. */
export function answerText(answer: SessionAnswer): string {
  if (answer instanceof SessionRecord) return answer.text;
  if (typeof answer !== 'object' || answer === null) return String(answer);
  return `{"total":${answer.total},"data":[${answer.data.map((record) => record.headText()).join(',')}]}`;
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
