import type { Filter, IndexDescription, UpdateFilter } from 'mongodb';
import type { CloseReasonV1 } from '../../data/version1/SessionV1.js';
import type { DirectStep, DirectWrite, KnownPolicy } from '../DirectStep.js';
import type { SessionsFilter } from '../SessionsFilter.js';
import { type AnyDocument, NEVER, type SessionDocument } from './SessionDocument.js';
import { contentFields } from './StoredContent.js';

/** Null stands for an absent field too. */
export type SessionQuery = Filter<AnyDocument>;
export type SessionUpdate = UpdateFilter<AnyDocument>;

/** What the queries below rest on. `binding` is there only in documents of bound sessions that are active: hence sparse. */
export const INDEXES: (IndexDescription & { name: string })[] = [
  { name: 'newest', key: { request_time: -1, _id: 1 } },
  { name: 'newest_of_user', key: { user_id: 1, request_time: -1, _id: 1 } },
  // Of keys that no access moves: a scan of it cannot miss a session that is used meanwhile.
  { name: 'active_of_user', key: { user_id: 1, active: 1, _id: 1 } },
  { name: 'end', key: { active: 1, _end_time: 1, _id: 1 } },
  { name: 'binding', key: { _binding: 1 }, unique: true, sparse: true },
];

/** The order of lists: that of the index `newest`. */
export const NEWEST_FIRST = { request_time: -1, _id: 1 } as const;
/** The order of sweeps: that of the index `end`. */
export const EARLIEST_END = { _end_time: 1, _id: 1 } as const;
/** Leaves the content on the server. */
export const WITHOUT_CONTENT = { user: 0, data: 0, _user_json: 0, _data_json: 0 } as const;

/** Documents of an older service have no end time yet: they are open ended until they are taken over. */
export function openAt(now: number): SessionQuery {
  return { active: true, _end_time: { $not: { $lte: new Date(now) } }, _sealed: null };
}

/** The sessions that a filter takes, as they count at `now`. */
export function queryOf(filter: SessionsFilter, now: number): SessionQuery {
  const { id, active, from_time, to_time, ...fields } = filter;
  const query: Record<string, unknown> = fields;
  if (id !== undefined) query['_id'] = id;
  const from = from_time !== undefined && { $gte: new Date(from_time) };
  const to = to_time !== undefined && { $lt: new Date(to_time) };
  if (from || to) query['request_time'] = { ...from, ...to };
  if (active === true) Object.assign(query, openAt(now));
  if (active === false) {
    query['$or'] = [{ active: false }, { _end_time: { $lte: new Date(now) } }, { _sealed: true }];
  }
  return query as SessionQuery;
}

/** The index to go through for a list, so that none is sorted, or looked for in all documents; null for a single one. */
export function listIndexOf({ id, user_id }: SessionsFilter): string | null {
  if (id !== undefined) return null;
  return user_id === undefined ? 'newest' : 'newest_of_user';
}

/** Exactly the state that a document showed: its stamp, and what an older service changes without one. */
export function stillAs({ _id, _stamp, request_time, active }: SessionDocument): SessionQuery {
  return {
    _id,
    _stamp: _stamp ?? null,
    request_time: request_time ?? null,
    active: active ?? null,
  } as unknown as SessionQuery;
}

/** Ends a session: content and binding go. */
export function ending(reason: CloseReasonV1, at: number, stamp: string): SessionUpdate {
  const time = new Date(at);
  return {
    $set: { active: false, close_time: time, close_reason: reason, _end_time: time, _stamp: stamp },
    $unset: { user: '', data: '', _user_json: '', _data_json: '', _binding: '', _sealed: '' },
  };
}

/** A direct step: which documents it fits, and what it does to them. */
export function directCommand(
  id: string,
  step: DirectStep,
  now: number,
  known: KnownPolicy,
  stamp: string,
): { query: SessionQuery; update: SessionUpdate } {
  const query = { _id: id, active: true, _end_time: { $gt: new Date(now) }, _sealed: null };
  if (step.kind === 'end') return { query, update: ending(step.reason, now, stamp) };
  return {
    query: { ...query, ...conditionsOf(step, now, known) } as SessionQuery,
    update: writeOf(step, now, stamp),
  };
}

function conditionsOf(step: DirectWrite, now: number, known: KnownPolicy): SessionQuery {
  const conditions: Record<string, unknown> = {
    request_time: { $lte: new Date(now) },
    expire_basis: known.expireBasis,
  };
  if (!step.setsTimeout) conditions['expire_timeout'] = known.expireTimeout;
  if (step.expectedVersion !== null) conditions['version'] = step.expectedVersion;
  if (step.openedSince !== null) conditions['open_time'] = { $gte: new Date(step.openedSince) };
  else if (known.openAt !== null) conditions['open_time'] = new Date(known.openAt);
  return conditions as SessionQuery;
}

function writeOf({ head, content, expireAt }: DirectWrite, now: number, stamp: string): SessionUpdate {
  const time = new Date(now);
  const isEndless = expireAt === Number.POSITIVE_INFINITY;
  const end = isEndless ? NEVER : new Date(expireAt);
  const set: Record<string, unknown> = {
    request_time: time,
    update_time: time,
    _end_time: end,
    _stamp: stamp,
    ...head,
  };
  const unset: Record<string, ''> = {};
  if (isEndless) unset['expire_time'] = '';
  else set['expire_time'] = end;
  // A session that changes hands is no longer the one that was bound.
  if (head.user_id !== undefined) unset['_binding'] = '';
  for (const part of ['user', 'data'] as const) {
    if (content[part] === undefined) continue;
    Object.assign(set, contentFields(part, content[part]));
    unset[part in set ? `_${part}_json` : part] = '';
  }
  return { $set: set, $unset: unset, $inc: { version: 1 } } as unknown as SessionUpdate;
}
