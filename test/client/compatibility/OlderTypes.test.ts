import { expect } from 'chai';
import { ConfigParams, type DataPage, FilterParams, PagingParams, References } from 'pip-services3-commons-nodex';
import {
  type ISessionsClientV1,
  SessionsDirectClientV1,
  SessionsHttpClientV1,
  SessionsMockClientV1,
  SessionsNullClientV1,
  type SessionV1,
} from 'service-sessions-client';

/** What TypeScript programs of the older client are written with. That this file compiles is most of the test. */
describe('The types of the client', () => {
  it('take the values of the toolkit', async () => {
    const client: ISessionsClientV1 = new SessionsMockClientV1(
      ConfigParams.fromTuples('options.expire_timeout', 60_000),
    );
    client.configure(new ConfigParams());
    client.setReferences(new References());
    await client.open(null);
    const session: SessionV1 = await client.openSession(null, '1', 'User 1', 'localhost', 'test', null, {
      user: 'abc',
    });
    const filter = FilterParams.fromTuples('user_id', '1', 'active', true);
    const page: Pick<DataPage<SessionV1>, 'data'> = await client.getSessions(
      null,
      filter,
      new PagingParams(0, 10, true),
    );
    expect(page.data?.map(({ id }) => id)).to.deep.equal([session.id]);
    await client.close(null);
  });

  it('take content of whatever type, and leave it unchecked where it is read', async () => {
    interface Cart {
      items: { name: string }[];
    }
    const cart: Cart = { items: [{ name: 'book' }] };
    const client = new SessionsMockClientV1();
    const { id } = await client.openSession(null, { user_id: '1', data: cart });
    await client.storeSessionData(null, id, cart);
    const session = await client.getSessionById(null, id);
    expect(session?.data.items[0].name).to.equal('book');
    const stored: Cart | undefined = session?.data;
    expect(stored?.items).to.deep.equal(cart.items);
  });

  it('let each class be opened and closed with a correlation id', async () => {
    for (const client of [new SessionsMockClientV1(), new SessionsNullClientV1()]) await client.open('c1');
    const [http, direct] = [new SessionsHttpClientV1(), new SessionsDirectClientV1()];
    await Promise.all([http.close('c1'), direct.close('c1')]);
    expect([http.isOpen(), direct.isOpen()]).to.deep.equal([false, false]);
  });
});
