import { expect } from 'chai';
import { ConfigParams } from 'pip-services3-commons-nodex';
import { LogLevel } from 'pip-services3-components-nodex';
import { LineLogger } from '../../src/toolkit/LineLogger.js';

/** What a step writes to the two streams. */
function written(step: () => void): { stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  const originals = { stdout: process.stdout.write, stderr: process.stderr.write };
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = ((text: string) => {
      output[name] += text;
      return true;
    }) as typeof process.stdout.write;
  }
  try {
    step();
  } finally {
    process.stdout.write = originals.stdout;
    process.stderr.write = originals.stderr;
  }
  return output;
}

describe('LineLogger', () => {
  it('writes time, level, correlation id and message', () => {
    const { stdout, stderr } = written(() => new LineLogger().info('c1', 'Opened %s', 'door'));
    expect(stdout).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO \[c1\] Opened door\n$/);
    expect(stderr).to.equal('');
  });

  it('writes warnings and errors to standard error', () => {
    const { stdout, stderr } = written(() => {
      new LineLogger().warn('', 'careful');
      new LineLogger().error('c2', new Error('boom'), 'Failed');
      new LineLogger().fatal('c3', new Error('bang'), 'Ended');
    });
    expect(stdout).to.equal('');
    expect(stderr.split('\n').map((line) => line.split(' ', 3).slice(1).join(' '))).to.deep.equal([
      'WARN [---]',
      'ERROR [c2]',
      'FATAL [c3]',
      '',
    ]);
  });

  it('keeps an event on one line, whatever it holds', () => {
    const error = new Error('first\nsecond\r\nthird');
    const { stderr } = written(() => new LineLogger().error('a\nFATAL [x] forged', error, 'more\u2028lines\u001b[2J'));
    expect(stderr.match(/\n/g)).to.have.length(1);
    expect(stderr).to.contain('first | second | third').and.to.contain('\\x1b[2J');
  });

  it('writes the messages of an error and its causes, and where it began', () => {
    const cause = new Error('disk full');
    const { stderr } = written(() => new LineLogger().error('c', new Error('not stored', { cause }), 'Failed'));
    expect(stderr).to.match(/Failed: not stored: disk full: at .*LineLogger\.test/);
  });

  it('ends at a circle of causes', () => {
    const error = new Error('round');
    error.cause = error;
    expect(written(() => new LineLogger().error('c', error, 'Failed')).stderr).to.contain('round');
  });

  for (const [level, count] of [
    ['none', 0],
    ['0', 0],
    ['fatal', 1],
    ['warning', 3],
    ['INFO', 4],
    ['6', 6],
  ] as const) {
    it(`writes the ${count} more important levels at level ${level}`, () => {
      const logger = new LineLogger();
      logger.configure(ConfigParams.fromTuples('level', level));
      const { stdout, stderr } = written(() => {
        for (let each = LogLevel.Fatal; each <= LogLevel.Trace; each++) logger.log(each, 'c', null as never, 'x');
      });
      expect((stdout + stderr).split('\n')).to.have.length(count + 1);
    });
  }

  it('refuses an unknown level', () => {
    expect(() => new LineLogger().configure(ConfigParams.fromTuples('level', 'loud'))).to.throw(
      /level is "loud".*info/,
    );
  });
});
