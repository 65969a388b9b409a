import { mock } from 'node:test';
import { expect } from 'chai';
import { SessionsSweeper } from '../../src/logic/SessionsSweeper.js';

/** A sweep that ends when told to. */
class Sweeps {
  started = 0;
  running = 0;
  readonly faults: unknown[] = [];
  private ends: { resolve: () => void; reject: (error: Error) => void }[] = [];

  readonly sweep = async (): Promise<void> => {
    this.started++;
    this.running++;
    try {
      await new Promise<void>((resolve, reject) => this.ends.push({ resolve, reject }));
    } finally {
      this.running--;
    }
  };

  async end(error?: Error): Promise<void> {
    const { resolve, reject } = this.ends.shift() ?? expect.fail('no sweep runs');
    if (error === undefined) resolve();
    else reject(error);
    for (let turn = 0; turn < 8; turn++) await Promise.resolve();
  }
}

describe('SessionsSweeper', () => {
  let sweeps: Sweeps;
  let sweeper: SessionsSweeper;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    sweeps = new Sweeps();
    sweeper = new SessionsSweeper(1000, sweeps.sweep, (error) => sweeps.faults.push(error));
  });
  afterEach(() => mock.timers.reset());

  it('sweeps after each pause, one at a time, the pause counted from the end of the one before', async () => {
    sweeper.start();
    mock.timers.tick(999);
    expect(sweeps.started).to.equal(0);
    mock.timers.tick(1);
    expect(sweeps.started).to.equal(1);
    mock.timers.tick(10_000);
    expect(sweeps.started).to.equal(1);
    await sweeps.end();
    mock.timers.tick(999);
    expect(sweeps.started).to.equal(1);
    mock.timers.tick(1);
    expect(sweeps.started).to.equal(2);
  });

  it('reports a failed sweep and goes on', async () => {
    sweeper.start();
    mock.timers.tick(1000);
    await sweeps.end(new Error('disk'));
    expect(sweeps.faults.map((fault) => (fault as Error).message)).to.deep.equal(['disk']);
    mock.timers.tick(1000);
    expect(sweeps.started).to.equal(2);
  });

  it('never sweeps with an interval of 0', () => {
    new SessionsSweeper(0, sweeps.sweep, () => {}).start();
    mock.timers.tick(1_000_000_000);
    expect(sweeps.started).to.equal(0);
  });

  it('has one timer, however often it is started', () => {
    for (let i = 0; i < 3; i++) sweeper.start();
    mock.timers.tick(1000);
    expect(sweeps.started).to.equal(1);
  });

  it('stops for good, and not before a running sweep has ended', async () => {
    sweeper.start();
    mock.timers.tick(1000);
    let stopped = false;
    const stop = sweeper.stop().then(() => {
      stopped = true;
    });
    for (let turn = 0; turn < 8; turn++) await Promise.resolve();
    expect(stopped).to.equal(false);
    await sweeps.end();
    await stop;
    mock.timers.tick(10_000);
    expect(sweeps.started).to.equal(1);
    await sweeper.stop();
  });

  it('has one timer after a stop and a start while a sweep ran', async () => {
    sweeper.start();
    mock.timers.tick(1000);
    const stop = sweeper.stop();
    sweeper.start();
    await sweeps.end();
    await stop;
    mock.timers.tick(1000);
    expect(sweeps.started).to.equal(2);
    expect(sweeps.running).to.equal(1);
  });
});
