import { expect } from 'chai';
import { act, closeSeneca, type SenecaError, senecaClient } from '../../../support/SenecaApi.js';
import { message } from '../../../support/SenecaLines.js';
import { senecaWorlds } from '../../../support/SenecaWorld.js';

const ENTITY = { entity$: '-/-/user', id: 1 };

describe('Content that Seneca takes for an entity', () => {
  const worlds = senecaWorlds();

  it('is INVALID_DATA in every request, and changes nothing', async () => {
    const { controller, lines } = await worlds.serveSessions();
    const client = await lines();
    const { id: session_id } = await controller.openSession(null, { user_id: 'ann', data: 1, user: 1 });
    for (const [cmd, field, args] of [
      ['open_session', 'user', { user_id: 'ann', user: ENTITY }],
      ['open_session', 'data', { user_id: 'ann', data: { entity$: null } }],
      ['store_session_data', 'data', { session_id, data: ENTITY }],
      ['patch_session_data', 'data', { session_id, data: ENTITY }],
      ['update_session_user', 'user', { session_id, user: ENTITY }],
    ] as const) {
      const { error } = await client.ask(message(cmd, { ...args, correlation_id: 'c-1' }));
      expect(error).to.deep.include({ code: 'INVALID_DATA', details: { field }, correlation_id: 'c-1' });
      expect(error?.message).to.match(new RegExp(`^${field} must be without a key entity\\$ on its first level`));
    }
    expect(await controller.countSessions(null)).to.equal(1);
    expect(await controller.getSessionById(null, session_id)).to.deep.include({ data: 1, user: 1, version: 0 });
  });

  it('is taken deeper inside, where it is a key as any other', async () => {
    const world = await worlds.serveSessions();
    const client = await senecaClient(world.port);
    worlds.atEnd(() => closeSeneca(client));
    const data = { list: [ENTITY], inner: ENTITY };
    expect(await act(client, message('open_session', { user_id: 'ann', data }))).to.deep.include({ data });
  });

  it('ends an answer with it as an error, and no client: what was asked for is done', async () => {
    const world = await worlds.serveSessions();
    const client = await senecaClient(world.port);
    worlds.atEnd(() => closeSeneca(client));
    const { id: session_id } = await world.controller.openSession(null, { user_id: 'ann', data: ENTITY as never });
    for (const cmd of ['get_session_by_id', 'validate_session', 'delete_session_by_id']) {
      const failed = await act(client, message(cmd, { session_id })).catch((error: SenecaError) => error);
      expect((failed as SenecaError).orig, cmd).to.deep.include({ code: 'INVALID_DATA', details: { field: 'data' } });
    }
    expect(await world.controller.countSessions(null)).to.equal(0);
  });

  it('is in no list', async () => {
    const { controller, lines } = await worlds.serveSessions();
    await controller.openSession(null, { user_id: 'ann', user: ENTITY as never });
    expect((await (await lines()).ask(message('get_sessions'))).res?.['data']).to.have.length(1);
  });
});
