import { expect } from 'chai';
import type { SessionRegister } from '../../src/embedded/SessionRegister.js';
import type { UserSession } from '../../src/embedded/UserSessions.js';
import { endOf, RegisterWorld, rejectionOf, TIMEOUT } from './RegisterWorld.js';

const PROTOTYPE_NAMES = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  'valueOf',
  'prototype',
  'length',
  '0',
];
const OBJECT_WITHOUT_TEXT = Object.create(null);
const NO_KEYS: unknown[] = [
  ...[
    undefined,
    null,
    '',
    0,
    5,
    Number.NaN,
    7n,
    true,
    Symbol('key'),
    {},
    [],
    () => {},
    new Date(0),
    OBJECT_WITHOUT_TEXT,
  ],
  ...PROTOTYPE_NAMES,
];

describe('SessionManager given anything', () => {
  let world: RegisterWorld;
  let register: SessionRegister;

  beforeEach(() => {
    world = new RegisterWorld();
    ({ register } = world);
  });

  it('takes nothing for a key that is none: it emits an error with what was given, and answers false', () => {
    register.loadNewSession('ann');
    world.seen();
    for (const given of NO_KEYS) {
      const key = given as string;
      const answers = [
        register.checkSessionStatus(key),
        register.setSessionData(key, { isAdmin: true }),
        register.getSessionData(key),
        register.getSessionDetails(key),
        register.restartSessionTimer(key),
        register.createNewSessionTimer(key, 'ann'),
        register.deleteSession(key),
      ];
      expect(answers).to.deep.equal(Array(7).fill(false));
      expect(world.seen()).to.deep.equal(Array(7).fill(rejectionOf(given)));
      expect(register.getUsernameFromSessionKey(key)).to.equal(false);
      expect(register.sendLogoutMessage(key)).to.equal(false);
      expect(world.seen()).to.deep.equal([]);
    }
    expect(Object.prototype).to.not.have.property('isAdmin');
    expect(register.getLoggedUsers()).to.deep.equal(['ann']);
  });

  it('does not take a list of a key for the key', () => {
    const key = register.loadNewSession('ann');
    expect(register.checkSessionStatus([key] as unknown as string)).to.equal(false);
    expect(register.checkSessionStatus(Object(key))).to.equal(false);
  });

  it('keeps whatever is given as a user name', () => {
    const users = [...NO_KEYS, '<b>', 'u'.repeat(100_000), '\u0000', '\ud800'];
    const keys = users.map((user) => register.loadNewSession(user as string));
    expect(register.getLoggedUsers()).to.deep.equal(users);
    for (const [index, key] of keys.entries()) {
      expect(register.getUsernameFromSessionKey(key)).to.deep.equal(users[index]);
      expect(register.getSessionDetails(key)).to.have.deep.property('username', users[index]);
    }
    expect(register.deleteAllSessions()).to.equal(true);
  });

  it('works with nothing at all', () => {
    const calls = register as unknown as Record<string, () => unknown>;
    const names = [
      'setSessionTimeOut',
      'initSocketReference',
      'checkSessionStatus',
      'deleteSession',
      'sendLogoutMessage',
    ];
    for (const name of names) expect(calls[name]?.(), name).to.equal(false);
    expect(calls['loadNewSession']?.()).to.be.a('string');
    expect(register.getLoggedUsers()).to.deep.equal([undefined]);
    expect(register.log(undefined)).to.equal(undefined);
  });

  it('counts a time-out that is assigned, below the least and as a text too', () => {
    for (const [assigned, seconds] of [
      [0.5, 0.5],
      ['5', 5],
      [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ]) {
      register.settings.SESSION_TIMEOUT = assigned as number;
      expect(register.getSessionTimeout()).to.equal(seconds);
    }
    register.settings.SESSION_TIMEOUT = 0.5;
    const key = register.loadNewSession('ann');
    world.seen();
    world.advance(0.5);
    expect(world.seen()).to.deep.equal(endOf(key));
  });

  it('goes on with the last time-out that was set where junk is assigned', () => {
    for (const junk of [0, -1, Number.NaN, '', 'soon', '-3', null, undefined, {}, [9], 9n, Symbol('9'), true]) {
      register.settings.SESSION_TIMEOUT = junk as number;
      expect(register.getSessionTimeout(), String(junk)).to.equal(TIMEOUT);
      register.loadNewSession('ann');
    }
    world.advance(TIMEOUT - 1);
    expect(register.getLoggedUsers()).to.have.length(13);
    world.advance(1);
    expect(register.getLoggedUsers()).to.deep.equal([]);
  });

  it('does without its settings, and has them again when a time-out is set', () => {
    for (const junk of [undefined, null, 5, 'settings']) {
      (register as { settings: unknown }).settings = junk;
      expect(register.getSessionTimeout()).to.equal(TIMEOUT);
      expect(register.setSessionTimeOut(TIMEOUT)).to.equal(true);
      expect(register.settings).to.deep.equal({ SESSION_TIMEOUT: TIMEOUT });
    }
  });

  it('counts a least time-out that is assigned, where that is a number', () => {
    register.MIN_SESSION_TIMEOUT = 0.5;
    expect(register.setSessionTimeOut(0.5)).to.equal(true);
    for (const junk of [undefined, 'none', Symbol('least'), {}]) {
      (register as { MIN_SESSION_TIMEOUT: unknown }).MIN_SESSION_TIMEOUT = junk;
      expect([register.setSessionTimeOut(1), register.setSessionTimeOut(2)]).to.deep.equal([false, true]);
    }
  });

  it('shows its sessions by their keys, as objects without a prototype', () => {
    const key = register.loadNewSession('ann');
    register.setSessionData(key, 5);
    const { timer, ...rest } = register.sessions[key] as UserSession;
    expect(rest).to.deep.equal({ username: 'ann', key, createdAt: world.clock.now(), data: 5 });
    expect(timer).to.be.an('object');
    expect(Object.getPrototypeOf(register.sessions)).to.equal(null);
  });

  it('has a session gone at once that an application takes out of `sessions`, and tells that when its time is over', () => {
    const key = register.loadNewSession('ann');
    world.seen();
    delete register.sessions[key];
    expect(register.getLoggedUsers()).to.deep.equal([]);
    expect(register.checkSessionStatus(key)).to.equal(false);
    expect(register.restartSessionTimer(key)).to.equal(false);
    world.seen();
    world.advance(TIMEOUT);
    expect(world.seen()).to.deep.equal(endOf(key));
    world.advance(TIMEOUT);
    expect(world.seen()).to.deep.equal([]);
  });

  it('takes a session that an application puts into `sessions`, under any name, and ends it after its timer was started', () => {
    for (const key of PROTOTYPE_NAMES) {
      register.sessions[key] = { username: 'ann', key, createdAt: 0 };
      world.advance(TIMEOUT * 2);
      expect(register.getUsernameFromSessionKey(key), key).to.equal('ann');
      expect(register.setSessionData(key, 1), key).to.equal(true);
      expect(register.restartSessionTimer(key), key).to.equal(true);
      world.seen();
      world.advance(TIMEOUT);
      expect(world.seen(), key).to.deep.equal(endOf(key));
    }
  });

  it('takes no entry for a session that is none', () => {
    const junk = [null, undefined, 5, 'session', true];
    for (const entry of junk) (register.sessions as Record<string, unknown>)['key'] = entry;
    for (const entry of junk) {
      (register.sessions as Record<string, unknown>)['key'] = entry;
      expect(register.checkSessionStatus('key')).to.equal(false);
      expect(register.getLoggedUsers()).to.deep.equal([]);
      expect(register.deleteAllSessions()).to.equal(true);
    }
  });

  it('has no entries left once all sessions are deleted, those that are none included', () => {
    const sessions = register.sessions as unknown as Record<string, unknown>;
    const [kept = '', replaced = ''] = [register.loadNewSession('ann'), register.loadNewSession('bob')];
    Object.assign(sessions, { text: 'x', nothing: null, absent: undefined, [replaced]: 5 });
    world.seen();
    expect(register.deleteAllSessions()).to.equal(true);
    expect(Object.keys(sessions)).to.deep.equal([]);
    expect(world.seen()).to.deep.equal(endOf(kept));
    world.advance(TIMEOUT);
    expect(world.seen()).to.deep.equal(endOf(replaced));
  });

  it('copies an object that is assigned as its `sessions`, and has none where anything else is', () => {
    const [kept = '', left = ''] = [register.loadNewSession('ann'), register.loadNewSession('bob')];
    register.sessions = { [kept]: register.sessions[kept] as UserSession };
    expect(register.getLoggedUsers()).to.deep.equal(['ann']);
    world.seen();
    world.advance(TIMEOUT);
    expect(world.seen()).to.deep.equal([...endOf(kept), ...endOf(left)]);
    for (const junk of [null, undefined, 5, 'ab', [], JSON.parse('{}')]) {
      register.sessions = junk as Record<string, UserSession>;
      expect(register.getLoggedUsers()).to.deep.equal([]);
      const key = register.loadNewSession('ann');
      expect(register.checkSessionStatus(key)).to.equal(true);
    }
    register.sessions = JSON.parse('{"__proto__": {"username": "mal"}}');
    expect(register.getLoggedUsers()).to.deep.equal(['mal']);
    expect(register.getUsernameFromSessionKey('username')).to.equal(false);
  });
});
