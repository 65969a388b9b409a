import { expect } from 'chai';
import type { SessionRegister } from '../../src/embedded/SessionRegister.js';
import { endOf, IO, RegisterWorld, rejectionOf, TIMEOUT } from './RegisterWorld.js';

describe('The listeners of SessionManager', () => {
  let world: RegisterWorld;
  let register: SessionRegister;
  let keys: string[];

  beforeEach(() => {
    world = new RegisterWorld();
    ({ register } = world);
    keys = ['ann', 'bob', 'cid'].map((user) => register.loadNewSession(user));
    world.seen();
  });

  const fails = () => {
    throw new Error('a listener failed');
  };
  /** Runs the timers as often as they throw, which is an uncaught error each in a process. */
  const failures = (): number => {
    for (let count = 0; ; count++) {
      try {
        world.timers.run();
        return count;
      } catch (error) {
        expect((error as Error).message).to.equal('a listener failed');
      }
    }
  };

  it('that throw at an expiry take nothing from the session that expires, nor from the others', () => {
    register.initSocketReference(IO);
    register.on('sessionDeleted', fails);
    world.pass(TIMEOUT);
    expect(failures()).to.equal(3);
    expect(world.seen()).to.deep.equal(keys.flatMap((key) => [['notifyClientToLogout', IO, key], ...endOf(key)]));
    expect(Object.keys(register.sessions)).to.deep.equal([]);
  });

  it('that throw when a client is to log out do not keep the session', () => {
    register.initSocketReference(IO);
    register.prependListener('notifyClientToLogout', fails);
    world.pass(TIMEOUT);
    expect(failures()).to.equal(3);
    expect(world.seen()).to.deep.equal(keys.flatMap(endOf));
    expect(world.timers.count).to.equal(0);
  });

  it('that throw at a deletion are told as an error, and the session is gone', () => {
    register.on('sessionDeleted', fails);
    const [key = ''] = keys;
    expect(register.deleteSession(key)).to.equal(false);
    const [deleted, active, [name, message, details] = []] = world.seen();
    expect([deleted, active]).to.deep.equal(endOf(key));
    expect(name).to.equal('error');
    expect(message).to.equal('[Session Manager]: a listener failed while it was told that a session is deleted');
    expect(details).to.have.all.keys('key', 'error').and.have.nested.property('error.message', 'a listener failed');
    expect(register.getLoggedUsers()).to.deep.equal(['bob', 'cid']);
  });

  it('that throw do not keep deleteAllSessions from ending all, each of which is told once', () => {
    register.initSocketReference(IO);
    register.removeAllListeners('error');
    register.on('sessionDeleted', fails);
    expect(() => register.deleteAllSessions()).to.throw('a listener failed while it was told');
    expect(world.seen()).to.deep.equal(keys.flatMap((key) => [...endOf(key), ['notifyClientToLogout', IO, key]]));
    expect(register.deleteAllSessions()).to.equal(true);
    world.advance(TIMEOUT);
    expect(world.seen()).to.deep.equal([]);
  });

  it('may delete and open sessions while they are told of an end, and each is told once', () => {
    const [first = '', second = '', third = ''] = keys;
    register.once('sessionDeleted', () => {
      register.deleteSession(third);
      register.loadNewSession('dan');
    });
    world.advance(TIMEOUT);
    const told = world.seen().filter(([name]) => name === 'sessionDeleted');
    expect(told.map(([, key]) => key))
      .to.have.members([first, second, third])
      .and.have.length(3);
    expect(register.getLoggedUsers()).to.deep.equal(['dan']);
  });

  it('may open sessions while all are deleted, and those stay', () => {
    register.on('sessionDeleted', () => register.loadNewSession('new'));
    expect(register.deleteAllSessions()).to.equal(true);
    expect(register.getLoggedUsers()).to.deep.equal(['new', 'new', 'new']);
  });

  it('may delete others while all are deleted, and those are told once', () => {
    const [first = '', second = '', third = ''] = keys;
    register.once('sessionDeleted', () => register.deleteSession(second));
    expect(register.deleteAllSessions()).to.equal(true);
    const told = world.seen().filter(([name]) => name === 'activeUserDeleted' || name === 'error');
    expect(told.map(([, key]) => key))
      .to.have.members([first, second, third])
      .and.have.length(3);
  });

  it('cannot keep a session that has expired, and may delete it', () => {
    register.initSocketReference(IO);
    const [first = '', second = '', third = ''] = keys;
    const answers: unknown[] = [];
    register.on('notifyClientToLogout', (_io, key) => {
      if (key === first) answers.push(register.restartSessionTimer(key));
      if (key === second) answers.push(register.deleteSession(key));
      if (key === third) answers.push(delete register.sessions[key]);
    });
    world.advance(TIMEOUT);
    expect(answers).to.deep.equal([false, true, true]);
    const notified = (key: string) => ['notifyClientToLogout', IO, key];
    expect(world.seen()).to.deep.equal([
      ...[notified(first), rejectionOf(first), ...endOf(first)],
      ...[notified(second), ...endOf(second)],
      ...[notified(third), ...endOf(third)],
    ]);
    world.advance(TIMEOUT);
    expect(world.seen()).to.deep.equal([]);
  });

  it('that ask for another session whose time is over have that told within, once', () => {
    const [first = '', second = '', third = ''] = keys;
    register.once('sessionDeleted', () => expect(register.getUsernameFromSessionKey(third)).to.equal(false));
    world.advance(TIMEOUT);
    const told = world.seen().filter(([name]) => name === 'activeUserDeleted');
    expect(told.map(([, key]) => key))
      .to.have.members([first, second, third])
      .and.have.length(3);
  });
});
