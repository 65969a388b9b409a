import { expect } from 'chai';
import type { SessionRegister } from '../../src/embedded/SessionRegister.js';
import { endOf, IO, RegisterWorld, rejectionOf, TIMEOUT } from './RegisterWorld.js';

describe('The sessions of SessionManager', () => {
  let world: RegisterWorld;
  let register: SessionRegister;
  let key: string;

  beforeEach(() => {
    world = new RegisterWorld();
    ({ register } = world);
    key = register.loadNewSession('ann');
    world.seen();
  });

  it('end at their very millisecond, each by one timer for all, and are told once', () => {
    const keys = [key, ...Array.from({ length: 99 }, () => register.loadNewSession('bob'))];
    world.seen();
    expect(world.timers.count).to.equal(1);
    world.advance(TIMEOUT - 0.001);
    expect(register.getLoggedUsers()).to.have.length(100);
    world.advance(0.001);
    expect(world.seen()).to.deep.equal(keys.flatMap(endOf));
    expect(Object.keys(register.sessions)).to.deep.equal([]);
    expect(world.timers.count).to.equal(0);
    world.advance(TIMEOUT);
    expect(world.seen()).to.deep.equal([]);
  });

  it('need one timer at a time, 100,000 of them too, and let other work have its turn while those end', () => {
    for (let i = 1; i < 100_000; i++) {
      if (i % 1000 === 0) world.pass(0.001);
      register.loadNewSession('bob');
    }
    world.seen();
    let turns = 0;
    for (world.pass(TIMEOUT); world.timers.count > 0 && turns < 1000; turns++) {
      expect(world.timers.count).to.equal(1);
      world.timers.run();
    }
    expect(turns).to.be.greaterThan(20);
    expect(new Set(world.seen().map(([, key]) => key))).to.have.property('size', 100_000);
    expect(register.getLoggedUsers()).to.deep.equal([]);
  });

  it('have their clients log out first, while they are still there', () => {
    register.initSocketReference(IO);
    let user: unknown;
    register.on('notifyClientToLogout', (_io, ending) => {
      user = [register.getUsernameFromSessionKey(ending), register.checkSessionStatus(ending)];
    });
    world.advance(TIMEOUT);
    expect(world.seen()).to.deep.equal([['notifyClientToLogout', IO, key], ...endOf(key)]);
    expect(user).to.deep.equal(['ann', true]);
  });

  const questions: Record<string, (asked: SessionRegister, key: string) => unknown> = {
    checkSessionStatus: (asked, key) => asked.checkSessionStatus(key),
    setSessionData: (asked, key) => asked.setSessionData(key, 1),
    getSessionData: (asked, key) => asked.getSessionData(key),
    getSessionDetails: (asked, key) => asked.getSessionDetails(key),
    restartSessionTimer: (asked, key) => asked.restartSessionTimer(key),
    createNewSessionTimer: (asked, key) => asked.createNewSessionTimer(key),
    deleteSession: (asked, key) => asked.deleteSession(key),
    getUsernameFromSessionKey: (asked, key) => asked.getUsernameFromSessionKey(key),
  };
  for (const [name, ask] of Object.entries(questions)) {
    it(`have ended for ${name} before the timer has come, and are told then and not again`, () => {
      register.initSocketReference(IO);
      world.pass(TIMEOUT);
      expect(ask(register, key)).to.equal(false);
      const end = [['notifyClientToLogout', IO, key], ...endOf(key)];
      const silent = name === 'getUsernameFromSessionKey';
      expect(world.seen()).to.deep.equal(silent ? end : [...end, rejectionOf(key)]);
      world.timers.run();
      expect(world.seen()).to.deep.equal([]);
      expect(world.timers.count).to.equal(0);
    });
  }

  it('have ended for getLoggedUsers and deleteAllSessions before the timer has come', () => {
    world.pass(TIMEOUT / 2);
    const later = register.loadNewSession('bob');
    world.seen();
    world.pass(TIMEOUT / 2);
    expect(register.getLoggedUsers()).to.deep.equal(['bob']);
    expect(world.seen()).to.deep.equal(endOf(key));
    world.pass(TIMEOUT / 2);
    expect(register.deleteAllSessions()).to.equal(true);
    expect(world.seen()).to.deep.equal(endOf(later));
    world.timers.run();
    expect(world.seen()).to.deep.equal([]);
  });

  it('have the whole time-out again when they are restarted', () => {
    world.advance(TIMEOUT - 1);
    expect(register.restartSessionTimer(key)).to.equal(true);
    world.advance(TIMEOUT - 1);
    const timer = register.createNewSessionTimer(key, 'ann');
    expect(timer).to.be.an('object');
    expect(register.sessions[key]?.timer).to.equal(timer);
    clearTimeout(timer as NodeJS.Timeout);
    world.advance(TIMEOUT - 0.001);
    expect(world.seen()).to.deep.equal([]);
    world.advance(0.001);
    expect(world.seen()).to.deep.equal(endOf(key));
  });

  it('keep the time-out that they began with, unless they are restarted', () => {
    register.setSessionTimeOut(2);
    const short = register.loadNewSession('bob');
    register.setSessionTimeOut(60);
    register.restartSessionTimer(key);
    world.seen();
    world.advance(2);
    expect(world.seen()).to.deep.equal(endOf(short));
    world.advance(57);
    expect(register.getLoggedUsers()).to.deep.equal(['ann']);
    world.advance(1);
    expect(world.seen()).to.deep.equal(endOf(key));
  });

  it('last 3000 seconds unless another time-out is set, and not less than 2 when it is', () => {
    const fresh = new (register.constructor as new () => SessionRegister)();
    expect(fresh.getSessionTimeout()).to.equal(3000);
    expect(fresh.settings).to.deep.equal({ SESSION_TIMEOUT: 3000 });
    expect(fresh.MIN_SESSION_TIMEOUT).to.equal(2);
    expect(fresh.setSessionTimeOut(2)).to.equal(true);
    expect(fresh.getSessionTimeout()).to.equal(2);
    for (const value of [1.999, 0, -5, Number.NaN, '5', null, undefined, {}, [5], 5n, Symbol('5')]) {
      expect(fresh.setSessionTimeOut(value as number), String(value)).to.equal(false);
    }
    expect(fresh.settings.SESSION_TIMEOUT).to.equal(2);
    expect(fresh.setSessionTimeOut(2.5)).to.equal(true);
    expect(fresh.getSessionTimeOut()).to.equal(2.5);
  });

  it('never end with a time-out without end, and last a year where that is asked', () => {
    expect(register.setSessionTimeOut(Number.POSITIVE_INFINITY)).to.equal(true);
    register.restartSessionTimer(key);
    expect(world.timers.count).to.equal(0);
    const year = 31_536_000;
    register.setSessionTimeOut(year);
    const other = register.loadNewSession('bob');
    for (let day = 1; day < 365; day++) world.advance(86_400);
    expect(register.getLoggedUsers()).to.deep.equal(['ann', 'bob']);
    world.seen();
    world.advance(86_400);
    expect(world.seen()).to.deep.equal(endOf(other));
    register.setSessionTimeOut(Number.MAX_VALUE);
    register.restartSessionTimer(key);
    expect(register.checkSessionStatus(key)).to.equal(true);
  });
});
