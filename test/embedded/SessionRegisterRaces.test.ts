import { expect } from 'chai';
import fc from 'fast-check';
import { endOf, IO, RegisterWorld, rejectionOf, TIMEOUT } from './RegisterWorld.js';

type World = RegisterWorld;

/** Every way in which a session ends. */
const ENDINGS: Record<string, (world: World, key: string) => void> = {
  deleteSession: ({ register }, key) => register.deleteSession(key),
  deleteAllSessions: ({ register }) => register.deleteAllSessions(),
  'its time, by the timer': (world) => world.advance(TIMEOUT),
  'its time, when it is asked for': (world, key) => {
    world.pass(TIMEOUT);
    world.register.getUsernameFromSessionKey(key);
  },
};

/** Where data is set: before and after the end, and within what is told of it. */
const PLACES = ['before', 'notifyClientToLogout', 'sessionDeleted', 'activeUserDeleted', 'soon', 'after'] as const;
const places = fc.uniqueArray(fc.constantFrom(...PLACES), { minLength: 1 });

describe('setSessionData against the end of a session', () => {
  for (const [name, end] of Object.entries(ENDINGS)) {
    it(`brings nothing back after ${name}, wherever it is called (FC_SEED repeats)`, async () => {
      const property = fc.asyncProperty(places, fc.boolean(), async (chosen, hasSocket) => {
        const world = new RegisterWorld();
        if (hasSocket) world.register.initSocketReference(IO);
        const key = world.register.loadNewSession('ann');
        const other = world.register.loadNewSession('bob');
        world.seen();
        const set = (place: string) => () => void world.register.setSessionData(key, { from: place });
        for (const place of ['notifyClientToLogout', 'sessionDeleted', 'activeUserDeleted'] as const) {
          if (chosen.includes(place)) world.register.on(place, (...args) => args.includes(key) && set(place)());
        }
        if (chosen.includes('before')) set('before')();
        const soon = chosen.includes('soon') ? Promise.resolve().then(set('soon')) : null;
        end(world, key);
        await soon;
        if (chosen.includes('after')) set('after')();
        const told = world.seen().filter(([event, about]) => /Deleted$/.test(String(event)) && about === key);
        expect(told).to.deep.equal(endOf(key));
        expectGone(world, key);
        expect(other in world.register.sessions).to.equal(name === 'deleteSession' || name.includes('asked for'));
      });
      const seed = process.env['FC_SEED'];
      await fc.assert(property, seed === undefined ? {} : { seed: Number(seed) });
    });
  }
});

function expectGone(world: World, key: string): void {
  const { register } = world;
  expect(key in register.sessions).to.equal(false);
  world.seen();
  expect([
    register.setSessionData(key, 1),
    register.getSessionData(key),
    register.getSessionDetails(key),
  ]).to.deep.equal([false, false, false]);
  expect(world.seen()).to.deep.equal([rejectionOf(key), rejectionOf(key), rejectionOf(key)]);
  expect(register.getUsernameFromSessionKey(key)).to.equal(false);
  expect(register.restartSessionTimer(key)).to.equal(false);
}
