import type { CloseReasonV1, ExpireBasisV1, SessionV1 } from '../data/version1/SessionV1.js';
import { isoTime } from '../toolkit/IsoTime.js';
import { type JsonValue, jsonWriterFor } from '../toolkit/JsonValue.js';

/**
 * The fields of a session as they stand on the wire and in stores, without its content: times are ISO-8601 UTC with
 * milliseconds. What an older service wrote besides is kept.
 */
export interface SessionHead {
  id: string;
  user_id: string;
  user_name?: string;
  active: boolean;
  open_time: string;
  request_time: string;
  update_time: string;
  expire_time?: string;
  close_time?: string;
  close_reason?: CloseReasonV1;
  address?: string;
  client?: string;
  expire_timeout?: number;
  expire_basis?: ExpireBasisV1;
  service?: string;
  name?: string;
  version: number;
}

/** The content of a session as compact JSON texts. Absent is another thing than the text `null`. */
export interface SessionContent {
  user?: string;
  data?: string;
}

/** What a record keeps of its text, for those who have read it already. */
export interface RecordFields {
  id: string;
  userId: string;
  active: boolean;
  requestAt: number;
  endAt: number;
  expireTimeout: number | null;
  version: number;
  headEnd: number;
}

/**
 * A session as it is stored: immutable, so that a store may hand out the one it holds.
 *
 * It keeps the session's JSON text, which is at once the answer on the wire and the line in the file, beside the few
 * fields that a request decides by: looking a session up formats and parses nothing. One text is also the smallest form
 * to hold a million of, and the least work for the garbage collector.
 */
export class SessionRecord {
  private constructor(
    readonly id: string,
    readonly userId: string,
    readonly active: boolean,
    /** Milliseconds since 1970, as are all instants here. */
    readonly requestAt: number,
    /** Of an active session its deadline, Infinity for none; of a closed one the instant it closed. */
    readonly endAt: number,
    /** Its own time-out in milliseconds, or null where the controller's counts. */
    readonly expireTimeout: number | null,
    readonly version: number,
    /** The whole session as compact JSON, `user` and `data` last. */
    readonly text: string,
    /** Where in `text` the head ends: the content, or the closing brace, begins there. */
    private readonly headEnd: number,
  ) {}

  static of(head: SessionHead, content: SessionContent = {}): SessionRecord {
    const headText = JSON.stringify(head);
    let text = headText.slice(0, -1);
    const headEnd = text.length;
    if (content.user !== undefined) text += `,"user":${content.user}`;
    if (content.data !== undefined) text += `,"data":${content.data}`;
    return SessionRecord.from(head, `${text}}`, headEnd);
  }

  /**
   * Reads a text that `text` of a record was; anything else gives no useful record. Throws SyntaxError where it is not JSON.
   */
  static parse(text: string): SessionRecord {
    const session = JSON.parse(text) as SessionHead & { user?: JsonValue; data?: JsonValue };
    return SessionRecord.from(session, text, headEndOf(session, text));
  }

  /** As `parse`, of a text whose fields are known. */
  static restore(fields: RecordFields, text: string): SessionRecord {
    const { id, userId, active, requestAt, endAt, expireTimeout, version, headEnd } = fields;
    return new SessionRecord(id, userId, active, requestAt, endAt, expireTimeout, version, text, headEnd);
  }

  private static from(head: SessionHead, text: string, headEnd: number): SessionRecord {
    const end = head.active ? head.expire_time : head.close_time;
    return new SessionRecord(
      head.id,
      head.user_id,
      head.active,
      Date.parse(head.request_time),
      end === undefined ? Number.POSITIVE_INFINITY : Date.parse(end),
      head.expire_timeout ?? null,
      head.version,
      joined(text),
      headEnd,
    );
  }

  /** A fresh object; the content is not looked at. */
  head(): SessionHead {
    const head: SessionHead = JSON.parse(this.headText());
    // The same strings again: what follows from this head shares them, with this record and with the keys of tables.
    head.id = this.id;
    head.user_id = this.userId;
    return head;
  }

  /** The session without `user` and `data`, as JSON: its form in lists. */
  headText(): string {
    return this.hasContent() ? `${this.text.slice(0, this.headEnd)}}` : this.text;
  }

  /** The same session without `user` and `data`. */
  withoutContent(): SessionRecord {
    return this.hasContent() ? SessionRecord.of(this.head()) : this;
  }

  content(): SessionContent {
    if (!this.hasContent()) return {};
    // Data alone, as most sessions have it, is the whole rest of the text.
    if (this.text.startsWith(DATA_KEY, this.headEnd))
      return { data: this.text.slice(this.headEnd + DATA_KEY.length, -1) };
    const members = `{${this.text.slice(this.headEnd + 1)}`;
    const { user, data } = JSON.parse(members) as { user?: JsonValue; data?: JsonValue };
    const textOf = jsonWriterFor(members);
    return { ...(user !== undefined && { user: textOf(user) }), ...(data !== undefined && { data: textOf(data) }) };
  }

  /** The same session with some fields of its head changed; undefined removes one. The content stays as it is. */
  with(changes: { [K in keyof SessionHead]?: SessionHead[K] | undefined }): SessionRecord {
    const head = { ...this.head(), ...changes } as SessionHead;
    const headText = JSON.stringify(head).slice(0, -1);
    return SessionRecord.from(head, headText + this.text.slice(this.headEnd), headText.length);
  }

  /** The same session ended: not active, without content. */
  closed(reason: CloseReasonV1, at: number): SessionRecord {
    return SessionRecord.of({
      ...this.head(),
      active: false,
      close_time: isoTime(at),
      close_reason: reason,
    });
  }

  /** True when an active session's deadline has come. */
  isExpired(now: number): boolean {
    return this.active && this.endAt <= now;
  }

  /** The session as a plain value of its own, times as dates. */
  toSession(): SessionV1 {
    const session = JSON.parse(this.text);
    for (const key of TIMES) if (session[key] !== undefined) session[key] = new Date(session[key]);
    return session;
  }

  /** Whether `service` and `name` are these, null for none. Looks the usual head up instead of parsing it. */
  isScopedTo(service: string | null, name: string | null): boolean {
    const members = `${member('service', service)}${member('name', name)},"version":${this.version}`;
    const start = this.headEnd - members.length;
    if (this.text.startsWith(members, start)) {
      // At the end of the head they are its own and not of a value in it. What would come before them is looked for: quotes in
      // texts are escaped, so that this finds a key where there is one.
      const before = this.text.slice(0, start);
      const isAlone =
        (service !== null || !before.includes('"service":')) && (name !== null || !before.includes('"name":'));
      if (isAlone) return true;
    }
    const head = this.head();
    return (head.service ?? null) === service && (head.name ?? null) === name;
  }

  private hasContent(): boolean {
    return this.text.length > this.headEnd + 1;
  }
}

function member(key: string, value: string | null): string {
  return value === null ? '' : `,"${key}":${JSON.stringify(value)}`;
}

const DATA_KEY = ',"data":';
const TIMES = ['open_time', 'request_time', 'update_time', 'expire_time', 'close_time'] as const;

/** The content is what comes last, so the head ends where the texts of `user` and `data` with their keys begin. */
function headEndOf({ user, data }: { user?: JsonValue; data?: JsonValue }, text: string): number {
  const textOf = jsonWriterFor(text);
  let end = text.length - 1;
  if (data !== undefined) end -= `,"data":${textOf(data)}`.length;
  if (user !== undefined) end -= `,"user":${textOf(user)}`.length;
  return end;
}

/** Put together of parts, a text keeps the longer ones alive that those were cut from until somebody reads it. */
function joined(text: string): string {
  if (text.charCodeAt(0) !== OPENING_BRACE) throw new SyntaxError('A session is a JSON object');
  return text;
}

const OPENING_BRACE = 0x7b;
