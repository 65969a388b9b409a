import { once } from 'node:events';
import { expect } from 'chai';
import { processTimers } from '../../src/toolkit/Timers.js';
import { ROOT, ServiceProcess } from '../support/ServiceProcess.js';

describe('The timers of the process', () => {
  const ran: string[] = [];
  const note = (what: string) => () => ran.push(what);

  it('run what waits for nothing, and what waits for some time, unless it is called off', async () => {
    const signal = new EventTarget();
    processTimers.once(20, () => signal.dispatchEvent(new Event('timer')));
    processTimers.once(0, note('called off'))();
    processTimers.once(0, note('at once'));
    processTimers.once(1, note('called off'))();
    // The timer alone would not keep a process alive.
    const keeps = setInterval(() => {}, 1000);
    await once(signal, 'timer');
    clearInterval(keeps);
    expect(ran).to.deep.equal(['at once']);
  });

  it('let a process end that waits for them alone', async () => {
    const url = new URL('dist/src/toolkit/Timers.js', `file://${ROOT}`).href;
    const program = `const { processTimers } = await import('${url}');
      processTimers.once(60_000, () => console.log('late'));
      processTimers.once(0, () => console.log('now'));`;
    const command = [process.execPath, '--input-type=module', '-e', program];
    const { code, stdout, stderr } = await ServiceProcess.run({ command });
    expect({ code, stdout, stderr }).to.deep.equal({ code: 0, stdout: 'now\n', stderr: '' });
  });
});
