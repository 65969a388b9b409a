import { expect } from 'chai';
import { SenecaListener } from '../../../../src/services/version1/seneca/SenecaListener.js';
import { FakeClock } from '../../../support/FakeClock.js';
import { ManualTimers } from '../../../support/ManualTimers.js';
import { SenecaLines } from '../../../support/SenecaLines.js';

const MEGABYTE = 1 << 20;
const CONNECTIONS = 20;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Answers that clients of Seneca do not take', () => {
  let begun = 0;
  let listener: SenecaListener;
  let clients: SenecaLines[];

  beforeEach(async () => {
    begun = 0;
    const answer = async () => {
      begun++;
      return `${'x'.repeat(MEGABYTE)}\n`;
    };
    const limits = { messageLimit: 1000, messageTimeout: 1000, maxConnections: 100, mostUntaken: 8 * MEGABYTE };
    listener = new SenecaListener({ ...limits, answer, clock: new FakeClock(), timers: new ManualTimers() });
    const port = await listener.listen('test', { 'connection.host': '127.0.0.1', 'connection.port': 0 });
    clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => SenecaLines.connect(port)));
  });
  afterEach(async () => {
    for (const client of clients) client.close();
    await listener.close(0);
  });

  /** Every client asks a hundred times at once; resolves when nothing more is begun. */
  async function askAll(): Promise<void> {
    for (const { socket } of clients) {
      socket.removeAllListeners('data').pause();
      socket.write('{}\n'.repeat(100));
    }
    for (let still = 0, seen = -1; still < 100; still = begun === seen ? still + 1 : 0) {
      seen = begun;
      await turn();
    }
  }

  it('make the others begin one message at a time, so that memory is bounded', async () => {
    await askAll();
    expect(listener.isFull).to.equal(true);
    // One or two connections began all theirs before any answer was known; the kernel takes a few answers of each of the others.
    expect(begun)
      .to.be.greaterThan(100)
      .and.lessThan(CONNECTIONS * 50);
  });

  it('count no more once they are taken, or the client is gone', async () => {
    await askAll();
    for (const { socket } of clients.slice(1)) socket.destroy();
    while (listener.size > 1) await turn();
    clients[0]?.socket.resume();
    while (begun < 100 || listener.isFull) await turn();
    expect(listener.isFull).to.equal(false);
  });
});
