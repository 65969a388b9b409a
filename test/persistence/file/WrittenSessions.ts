import { expect } from 'chai';
import type { ISessionsPersistence, SessionDecision } from '../../../src/persistence/ISessionsPersistence.js';
import type { SessionRecord } from '../../../src/persistence/SessionRecord.js';

/** What may be stored of a session; null: that there is none. */
type Text = string | null;

/**
 * Writes to a store that may refuse, and knows what must be in it: what was acknowledged, and nothing of what was refused.
 * After each write it reads all that it knows of.
 */
export class WrittenSessions {
  /** The ids of all writes that were refused. */
  readonly refused: string[] = [];
  /** What was acknowledged last. */
  private readonly acknowledged = new Map<string, Text>();
  /** What else there may be on the disk: writes that were refused, accesses that need not have been stored. */
  private readonly possible = new Map<string, Set<Text>>();
  /** What else may be read: accesses. */
  private readonly accessed = new Map<string, Text>();

  constructor(private readonly store: ISessionsPersistence) {}

  create(session: SessionRecord): Promise<void> {
    return this.write([[session.id, session.text]], () => this.store.create(null, session));
  }

  async change(id: string, decide: SessionDecision): Promise<void> {
    const before = await this.store.getOneById(null, id);
    if (before === null) return;
    await this.write([[id, decide(before).text]], () => this.store.change(null, id, decide));
  }

  async remove(id: string): Promise<void> {
    // There is nothing to remove where its creation was refused, though the disk may keep what it was asked to take back.
    if ((await this.store.getOneById(null, id)) === null) return;
    await this.write([[id, null]], () => this.store.deleteById(null, id));
  }

  async closeAll(user_id: string, now: number): Promise<void> {
    const paging = { skip: 0, take: 100, total: false };
    const { data } = await this.store.getPageByFilter(null, { user_id, active: true }, paging, now);
    const closed = data.map((record): [string, Text] => [record.id, record.closed('revoked', now).text]);
    await this.write(closed, () => this.store.closeByFilter(null, { user_id }, null, 'revoked', now));
  }

  async replace(session: SessionRecord, now: number): Promise<void> {
    const paging = { skip: 0, take: 100, total: false };
    const { data } = await this.store.getPageByFilter(null, { user_id: session.userId, active: true }, paging, now);
    const changes = data.map((record): [string, Text] => [record.id, record.closed('replaced', now).text]);
    await this.write([...changes, [session.id, session.text]], () => this.store.replace(null, session, now));
  }

  async access(id: string, decide: SessionDecision): Promise<void> {
    const step = await this.store.access(null, id, decide);
    if (step === null) return;
    this.accessed.set(id, step.after.text);
    this.mayBe(id, step.after.text);
    await this.expectReadable();
  }

  /** The disk, whatever has failed, holds all that was acknowledged, and of the rest what was tried at most. */
  expectFound(contents: string): void {
    const found = byId(contents);
    for (const id of new Set([...this.acknowledged.keys(), ...this.possible.keys()])) {
      const allowed = [this.textOf(id), ...(this.possible.get(id) ?? [])];
      expect(allowed, `${id} on the disk`).to.include(found.get(id) ?? null);
    }
  }

  /** Once everything works again, there is nothing but what was acknowledged. */
  expectExactly(contents: string): void {
    const found = byId(contents);
    for (const [id, text] of this.acknowledged) {
      expect([text, this.accessed.get(id)], `${id} on the disk`).to.include(found.get(id) ?? null);
    }
    for (const id of this.refused) if (!this.acknowledged.has(id)) expect(found.has(id), id).to.equal(false);
  }

  private async write(changes: readonly [string, Text][], make: () => Promise<unknown>): Promise<void> {
    for (const [id, text] of changes) this.mayBe(id, text);
    const error = await make().then(
      () => null,
      (reason: Error) => reason,
    );
    if (error === null) {
      for (const [id, text] of changes) this.acknowledge(id, text);
    } else {
      expect(error).to.have.property('code', 'PERSISTENCE_UNAVAILABLE');
      this.refused.push(...changes.map(([id]) => id));
    }
    await this.expectReadable();
  }

  private async expectReadable(): Promise<void> {
    for (const id of this.possible.keys()) {
      const text = (await this.store.getOneById(null, id))?.text ?? null;
      expect([this.textOf(id), this.accessed.get(id)], `${id} as it is read`).to.include(text);
    }
  }

  private acknowledge(id: string, text: Text): void {
    this.acknowledged.set(id, text);
    this.possible.set(id, new Set([text]));
    this.accessed.delete(id);
  }

  private mayBe(id: string, text: Text): void {
    this.possible.set(id, (this.possible.get(id) ?? new Set()).add(text));
  }

  private textOf(id: string): Text {
    return this.acknowledged.get(id) ?? null;
  }
}

function byId(contents: string): Map<string, string> {
  const texts = contents === '' ? [] : contents.split('\n');
  return new Map(texts.map((text) => [(JSON.parse(text) as { id: string }).id, text]));
}
