import { expect } from 'chai';
import { ConfigException } from 'pip-services3-commons-nodex';
import { readCommandLine } from '../../src/container/CommandLine.js';

describe('Command line', () => {
  it('asks for the default configuration without arguments', () => {
    expect(readCommandLine([])).to.deep.equal({ config: undefined, parameters: new Map(), show: null });
  });

  for (const args of [
    ['-c', 'a.yml', '-p', 'X=1;Y=a=b', '-p', 'Z='],
    ['--config', 'a.yml', '--params', 'X=1; Y=a=b ;', '--param', 'Z='],
    ['--config=a.yml', '--params=X=1', '--params=Y=a=b;Z='],
  ]) {
    it(`reads ${args.join(' ')}`, () => {
      const { config, parameters } = readCommandLine(args);
      expect(config).to.equal('a.yml');
      expect(Object.fromEntries(parameters)).to.deep.equal({ X: '1', Y: 'a=b', Z: '' });
    });
  }

  it('lets the last of several values of a parameter win', () => {
    expect(readCommandLine(['-p', 'X=1', '-p', 'X=2']).parameters.get('X')).to.equal('2');
  });

  it('shows the usage rather than the version', () => {
    expect(readCommandLine(['--version', '-h']).show).to.equal('usage');
    expect(readCommandLine(['-h', '--version']).show).to.equal('usage');
    expect(readCommandLine(['--version']).show).to.equal('version');
  });

  for (const [args, message] of [
    [['--prot', '1'], 'unknown argument "--prot"'],
    [['run'], 'unknown argument "run"'],
    [['-c'], '-c must be followed by the path of a file'],
    [['--config='], '--config must be followed by'],
    [['-p'], '-p must be followed by KEY=VALUE'],
    [['-p', 'X'], 'parameter "X" must have the form KEY=VALUE'],
    [['-p', '=1'], 'parameter "=1" must have'],
  ] as const) {
    it(`refuses "${args.join(' ')}"`, () => {
      expect(() => readCommandLine(args)).to.throw(ConfigException, message);
    });
  }
});
