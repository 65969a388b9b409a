import { expect } from 'chai';
import { SessionRegister } from '../../src/embedded/SessionRegister.js';
import { START } from '../support/FakeClock.js';
import { endOf, IO, REJECTED, RegisterWorld, rejectionOf } from './RegisterWorld.js';

const UNKNOWN = 'f'.repeat(32);

describe('The methods of SessionManager', () => {
  let world: RegisterWorld;
  let register: SessionRegister;

  beforeEach(() => {
    world = new RegisterWorld();
    ({ register } = world);
  });

  it('load a session under a new key of 128 random bits, and tell its key', () => {
    const keys = Array.from({ length: 100 }, () => register.loadNewSession('ann'));
    for (const key of keys) expect(key).to.match(/^[0-9a-f]{32}$/);
    expect(new Set(keys).size).to.equal(100);
    expect(world.seen()).to.deep.equal(keys.map((key) => ['sessionCreated', key]));
  });

  it('list the user of every session, the oldest first, one with two sessions twice', () => {
    expect(register.getLoggedUsers()).to.deep.equal([]);
    for (const user of ['ann', 'bob', 'ann']) register.loadNewSession(user);
    expect(register.getLoggedUsers()).to.deep.equal(['ann', 'bob', 'ann']);
  });

  it('know the user of a key, and answer false without a word for any other', () => {
    const key = register.loadNewSession('ann');
    world.seen();
    expect(register.getUsernameFromSessionKey(key)).to.equal('ann');
    expect(register.getUsernameFromSessionKey(UNKNOWN)).to.equal(false);
    expect(world.seen()).to.deep.equal([]);
  });

  it('keep data, itself, until it is replaced or the session ends', () => {
    const key = register.loadNewSession('ann');
    expect(register.getSessionData(key)).to.equal(undefined);
    const data = { history: ['login'] };
    expect(register.setSessionData(key, data)).to.equal(true);
    expect(register.getSessionData(key)).to.equal(data);
    for (const other of [0, '', null, false, undefined]) {
      expect(register.setSessionData(key, other)).to.equal(true);
      expect(register.getSessionData(key)).to.equal(other);
    }
    register.deleteSession(key);
    expect(register.getSessionData(key)).to.equal(false);
  });

  it('tell the details of a session: its user, when it was created, and its data', () => {
    const key = register.loadNewSession('ann');
    expect(register.getSessionDetails(key)).to.deep.equal({ username: 'ann', createdAt: START, data: undefined });
    world.pass(1);
    register.setSessionData(key, 5);
    expect(register.getSessionDetails(key)).to.deep.equal({ username: 'ann', createdAt: START, data: 5 });
  });

  it('check a key', () => {
    const key = register.loadNewSession('ann');
    world.seen();
    expect(register.checkSessionStatus(key)).to.equal(true);
    expect(world.seen()).to.deep.equal([]);
    expect(register.checkSessionStatus(UNKNOWN)).to.equal(false);
    expect(world.seen()).to.deep.equal([rejectionOf(UNKNOWN)]);
  });

  it('delete a session once, and tell it by both names of the event', () => {
    const [key, other] = [register.loadNewSession('ann'), register.loadNewSession('bob')];
    register.initSocketReference(IO);
    world.seen();
    expect(register.deleteSession(key)).to.equal(true);
    expect(world.seen()).to.deep.equal(endOf(key));
    expect(register.getLoggedUsers()).to.deep.equal(['bob']);
    expect(register.deleteSession(key)).to.equal(false);
    expect(world.seen()).to.deep.equal([rejectionOf(key)]);
    expect(register.checkSessionStatus(other)).to.equal(true);
  });

  it('delete all sessions, tell each, and have each client log out where there is a socket reference', () => {
    expect(register.deleteAllSessions()).to.equal(true);
    const first = register.loadNewSession('ann');
    world.seen();
    expect(register.deleteAllSessions()).to.equal(true);
    expect(world.seen()).to.deep.equal(endOf(first));
    register.initSocketReference(IO);
    const keys = [register.loadNewSession('ann'), register.loadNewSession('bob')];
    world.seen();
    expect(register.deleteAllSessions()).to.equal(true);
    expect(world.seen()).to.deep.equal(keys.flatMap((key) => [...endOf(key), ['notifyClientToLogout', IO, key]]));
    expect(register.getLoggedUsers()).to.deep.equal([]);
  });

  it('send a logout message for whatever key, where there is a socket reference', () => {
    expect(register.getSocketReference()).to.equal(null);
    expect(register.sendLogoutMessage(UNKNOWN)).to.equal(false);
    expect(world.seen()).to.deep.equal([]);
    expect(register.initSocketReference(IO)).to.equal(true);
    expect(register.getSocketReference()).to.equal(IO);
    expect(register.sendLogoutMessage(UNKNOWN)).to.equal(true);
    expect(world.seen()).to.deep.equal([['notifyClientToLogout', IO, UNKNOWN]]);
    expect(register.initSocketReference(null)).to.equal(false);
    expect(register.sendLogoutMessage(UNKNOWN)).to.equal(false);
    expect(world.seen()).to.deep.equal([]);
  });

  it('emit an error for an unknown key, and answer false', () => {
    const calls: [string, () => unknown][] = [
      ['checkSessionStatus', () => register.checkSessionStatus(UNKNOWN)],
      ['setSessionData', () => register.setSessionData(UNKNOWN, {})],
      ['getSessionData', () => register.getSessionData(UNKNOWN)],
      ['getSessionDetails', () => register.getSessionDetails(UNKNOWN)],
      ['restartSessionTimer', () => register.restartSessionTimer(UNKNOWN)],
      ['createNewSessionTimer', () => register.createNewSessionTimer(UNKNOWN, 'ann')],
      ['deleteSession', () => register.deleteSession(UNKNOWN)],
    ];
    for (const [name, call] of calls) {
      expect(call(), name).to.equal(false);
      expect(world.seen(), name).to.deep.equal([rejectionOf(UNKNOWN)]);
    }
    register.removeAllListeners('error');
    for (const [name, call] of calls) expect(call, name).to.throw(Error, REJECTED);
  });

  it('have the names that the documents give them besides', () => {
    expect([register.setSessionTimeout(1), register.setSessionTimeout(7)]).to.deep.equal([false, true]);
    expect([register.getSessionTimeout(), register.getSessionTimeOut()]).to.deep.equal([7, 7]);
    const key = register.addSession('ann');
    expect(world.seen()).to.deep.equal([['sessionCreated', key]]);
    expect(register.getUsernameFromSessionKey(key)).to.equal('ann');
    expect(register.initSocketReferences(IO)).to.equal(true);
    expect(register.getSocketReference()).to.equal(IO);
  });

  it('can be called without their object, those of a class that extends it too', () => {
    class Shouting extends SessionRegister {
      override loadNewSession(username: string): string {
        return super.loadNewSession(username.toUpperCase());
      }
    }
    const { addSession, loadNewSession, getLoggedUsers, getUsernameFromSessionKey } = new Shouting();
    expect(getUsernameFromSessionKey(loadNewSession('ann'))).to.equal('ANN');
    addSession('bob');
    expect(getLoggedUsers()).to.deep.equal(['ANN', 'BOB']);
  });

  it('say what they do where DEBUG was set from the start, without keys and names; log says what is given by then', () => {
    const before = process.env['DEBUG'];
    const print = console.log;
    const printed: unknown[] = [];
    try {
      console.log = (...args: unknown[]) => printed.push(...args);
      delete process.env['DEBUG'];
      register.log('silent');
      register.loadNewSession('ann');
      process.env['DEBUG'] = '1';
      register.log('told');
      register.loadNewSession('ann');
      world = new RegisterWorld();
      ({ register } = world);
      register.loadNewSession('ann');
      const key = register.loadNewSession('ann');
      register.deleteSession(key);
      register.checkSessionStatus(key);
      world.advance(10);
      expect(printed.join()).to.not.contain(key).and.to.not.contain('ann');
    } finally {
      console.log = print;
      if (before === undefined) delete process.env['DEBUG'];
      else process.env['DEBUG'] = before;
    }
    const told = ['created', 'created', 'deleted', 'rejected', 'expired'];
    expect(printed).to.deep.equal(['told', ...told.map((what) => `[Session Manager]: session ${what}`)]);
  });
});
