import { expect } from 'chai';
import { type JsonValue, jsonText } from '../../src/toolkit/JsonValue.js';
import type { ApiPromise, ApiUnderTest } from './ApiUnderTest.js';

/** Contents that are lost or changed where somebody is careless. As JSON: some are no literals. */
const CONTENTS = [
  'null',
  '0',
  'false',
  'true',
  '""',
  '"plain text"',
  '"{\\"json\\":\\"in a string\\"}"',
  '[]',
  '{}',
  '[null,0,false,"",[],{}]',
  '{"null":null,"zero":0,"no":false,"empty":""}',
  '"\\u0000\\u0001\\u001f\\u007f\\u0085\\u2028 tab\\t line\\r\\n"',
  '"ä € 日本 😀 \\"quoted\\" back\\\\slash </script>"',
  '{"":1," ":2,"\\u0000":3,"a.b":4,"$set":5,"ключ":6}',
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":"x","toJSON":"y"}',
  '[1e300,5e-324,-0.5,9007199254740991,0.1]',
  '-0',
  '[-0,{"a":-0,"b":[0,{"c":-0}]},"-0"]',
  '"user\\":{},\\"data"',
  '{"id":"other","active":false,"version":99,"user":1,"data":{"user":2,"data":3}}',
];
const WITHOUT_NEGATIVE_ZERO = CONTENTS.filter(
  (json) => jsonText(JSON.parse(json)) === JSON.stringify(JSON.parse(json)),
);

export function openingPromises(promise: ApiPromise, { losesNegativeZero }: ApiUnderTest): void {
  promise('A10', 'opens an active session under a new id of 32 lower-case hex digits', async (caller) => {
    const session = await caller.open();
    const now = caller.clock.iso();
    expect(session.id).to.match(/^[0-9a-f]{32}$/);
    const { id: _, ...rest } = session;
    expect(rest).to.deep.equal({
      user_id: 'ann',
      active: true,
      open_time: now,
      request_time: now,
      update_time: now,
      expire_time: new Date(caller.clock.now() + 86_400_000).toISOString(),
      version: 0,
    });
    expect(await caller.get(session.id)).to.deep.equal(session);
    expect((await caller.open()).id).not.to.equal(session.id);
  });

  promise('A11', 'keeps all that a session is opened with', async (caller) => {
    const given = {
      user_id: 'ann@example.com',
      user_name: 'Ann Ämter 😀',
      address: '2001:db8::1, 10.0.0.1',
      client: 'Mozilla/5.0 (X11)',
      service: 'shop',
      name: 'second tab',
      expire_timeout: 60_000,
      expire_basis: 'created',
      user: { roles: ['admin'] },
      data: { cart: [1, 2] },
    };
    const session = await caller.open(given);
    expect(session).to.include({ user_name: 'Ann Ämter 😀', expire_timeout: 60_000 });
    const stored = await caller.get(session.id);
    expect(stored).to.deep.equal(session);
    expect(stored).to.deep.include(given);
  });

  promise('A12', 'takes null for an optional argument as absent, but as a value of user and data', async (caller) => {
    const keys = ['user_name', 'address', 'client', 'service', 'name', 'expire_timeout', 'expire_basis', 'session_id'];
    const session = await caller.open(Object.fromEntries([...keys, 'user', 'data'].map((key) => [key, null])));
    for (const key of keys) expect(session).not.to.have.property(key);
    expect(session).to.include({ user: null, data: null });
    const bare = await caller.get((await caller.open()).id);
    expect(bare).not.to.have.any.keys('user', 'data');
  });

  promise('A13', 'keeps every JSON value exactly, as user and as data', async (caller) => {
    for (const json of losesNegativeZero ? WITHOUT_NEGATIVE_ZERO : CONTENTS) {
      const value = JSON.parse(json) as JsonValue;
      const text = `{"user_id":"ann","user":${json},"data":${json}}`;
      const { id } = (await caller.api.callText('open_session', text, null)) as { id: string };
      await caller.update(id, value);
      const stored = await caller.store(id, value);
      for (const session of [stored, await caller.get(id), await caller.validate(id)]) {
        expect(jsonText(session?.user as JsonValue), json).to.equal(jsonText(value));
        expect(jsonText(session?.data as JsonValue), json).to.equal(jsonText(value));
        expect(session, json).to.include({ id, user_id: 'ann', version: 2, active: true });
      }
    }
    expect(({} as Record<string, unknown>)['polluted']).to.equal(undefined);
  });

  promise('A14', 'ignores arguments that the operation does not know', async (caller) => {
    const extra = { id: 'mine', active: false, version: 9, open_time: '2000-01-01', close_reason: 'closed', x: [{}] };
    const session = await caller.open(extra);
    expect(session.id).not.to.equal('mine');
    expect(session).to.include({ active: true, version: 0, open_time: caller.clock.iso() });
    expect(session).not.to.have.any.keys('close_reason', 'x');
  });

  promise('A15', 'hands out values of their own: what a caller does to them changes nothing stored', async (caller) => {
    const { id } = await caller.open({ data: { list: [1] } });
    const first = await caller.get(id);
    Object.assign(first as object, { active: false, user_id: 'bob', data: null });
    expect(await caller.get(id)).to.deep.include({ active: true, user_id: 'ann', data: { list: [1] } });
  });
}
