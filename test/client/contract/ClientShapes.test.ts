import { expect } from 'chai';
import type { ISessionsClientV1, SessionV1 } from 'service-sessions-client';
import { type ClientKind, type ClientOfATest, clientError, EVERY_CLIENT } from '../../support/EveryClient.js';

const ANN = { user_id: 'ann', user_name: 'Ann', address: '::1', client: 'Browser' };

for (const kind of EVERY_CLIENT) {
  describe(`The shapes of the ${kind.name} client`, () => {
    let running: ClientOfATest;
    let client: ISessionsClientV1;

    beforeEach(async () => {
      running = await kind.start();
      client = running.client;
    });
    afterEach(() => running.stop());

    madePromises(kind, () => client);
    olderOpenings(kind, () => client);
    newerOpenings(() => client);
  });
}

/** What the service has of a session; the client that keeps none has only its answer. */
async function stored(kind: ClientKind, client: ISessionsClientV1, session: SessionV1): Promise<SessionV1> {
  const found = kind.keepsSessions ? await client.getSessionById(null, session.id) : session;
  return found ?? expect.fail('The session is not there');
}

function madePromises(kind: ClientKind, client: () => ISessionsClientV1): void {
  it('is made with and without new, with and without a configuration, and by classes of it', () => {
    class Own extends kind.type {
      readonly isOwn = true;
    }
    for (const made of [new kind.type(), kind.type(), new kind.type({}), kind.type({}), new Own({}), client()]) {
      expect(made).to.be.instanceOf(kind.type);
      expect(made.isOpen()).to.equal(false);
    }
    expect(new Own()).to.include({ isOwn: true }).and.to.be.instanceOf(Own);
    expect(kind.type()).not.to.be.instanceOf(Own);
  });

  it('works before it is opened, and after it is closed not until it is opened again', async () => {
    expect((await client().openSession(null, ANN)).active).to.equal(true);
    for (const correlationId of [null, 'c-1', undefined]) {
      await client().open(correlationId);
      await client().open(correlationId);
      expect(client().isOpen()).to.equal(true);
      await client().getSessions(null);
      await client().close(correlationId);
      await client().close(correlationId);
      expect(client().isOpen()).to.equal(false);
      expect(await clientError(client().getSessions('c-2'))).to.include({ code: 'NOT_OPEN', correlationId: 'c-2' });
    }
    await client().open();
    await client().getSessions(null);
  });

  it('takes references that hold nothing for it', () => {
    client().setReferences({ getAllLocators: () => [null, 'x', {}], getAll: () => [1, null, {}] });
  });
}

function olderOpenings(kind: ClientKind, client: () => ISessionsClientV1): void {
  it('opens by the seven arguments of the older client', async () => {
    const session = await client().openSession('c-1', 'ann', 'Ann', '::1', 'Browser', { u: 1 }, { d: 2 });
    expect(await stored(kind, client(), session)).to.deep.include({ ...ANN, user: { u: 1 }, data: { d: 2 } });
    expect(session.open_time).to.be.instanceOf(Date);
  });

  it('opens with user and data left out at the end', async () => {
    for (const session of [
      await client().openSession(null, 'ann', 'Ann', '::1', 'Browser'),
      await client().openSession(null, 'ann', 'Ann', '::1', 'Browser', undefined, undefined, undefined),
    ]) {
      expect(await stored(kind, client(), session))
        .to.include(ANN)
        .and.not.have.any.keys('user', 'data');
    }
    const bare = await client().openSession(null, 'ann');
    expect(await stored(kind, client(), bare)).to.not.have.any.keys('user_name', 'address', 'client', 'user', 'data');
  });

  it('opens with user left out in the middle, and with data in its place', async () => {
    const late = await client().openSession(null, 'ann', undefined, null, '', undefined, { d: 2 });
    const found = await stored(kind, client(), late);
    expect(found).to.deep.include({ user_id: 'ann', data: { d: 2 } });
    expect(found).to.not.have.any.keys('user_name', 'address', 'user');
    // The second example of the older documents passes what it calls the data in the place of `user`.
    const shifted = await client().openSession(null, 'ann', 'Ann', '::1', 'Browser', { d: 2 });
    expect(await stored(kind, client(), shifted))
      .to.deep.include({ user: { d: 2 } })
      .and.not.have.property('data');
    const nulls = await client().openSession(null, 'ann', null, null, null, null, 'abc');
    expect(await stored(kind, client(), nulls)).to.include({ user: null, data: 'abc' });
  });

  it('opens with the options of a call behind the seven arguments', async () => {
    const options = { signal: AbortSignal.abort(), timeout: 1000 };
    const opening = client().openSession('c-1', 'ann', 'Ann', null, null, null, null, options);
    expect(await clientError(opening)).to.include({ code: 'ABORTED', correlationId: 'c-1' });
  });
}

function newerOpenings(client: () => ISessionsClientV1): void {
  it('opens by one object, with the options of the operation in it and those of the call behind it', async () => {
    const session_id = 'brought-id_0123456789ABCDEF';
    const own = { service: 'shop', name: 'tab', expire_timeout: 60_000, expire_basis: 'created' as const };
    const given = { ...ANN, ...own, user: [1], data: null, session_id };
    const session = await client().openSession('c-1', given, { timeout: 1000 });
    expect(session).to.deep.include({ ...ANN, ...own, user: [1], data: null, id: session_id });
    expect(session.expire_time?.getTime()).to.equal(session.open_time.getTime() + 60_000);
  });

  it('refuses an opening without a user, in every shape', async () => {
    const openings: Record<string, unknown[]> = {
      nothing: [],
      null: [null],
      number: [5],
      'an empty object': [{}],
      array: [['ann']],
      true: [true],
      'an empty text': [''],
    };
    for (const [title, args] of Object.entries(openings)) {
      const opening = (client().openSession as (...given: unknown[]) => Promise<unknown>)('c-1', ...args);
      const error = await clientError(opening, title);
      expect(error, title).to.deep.include({ code: 'INVALID_DATA', details: { field: 'user_id' } });
    }
  });
}
