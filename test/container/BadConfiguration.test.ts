import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { ConfigParams } from 'pip-services3-commons-nodex';
import { readConfigFile } from '../../src/container/ConfigFile.js';
import { rehearse } from '../../src/container/Rehearsal.js';
import { explainStartFailure } from '../../src/container/StartFailure.js';
import { temporaryFolder } from '../support/TemporaryFolder.js';

const MEMORY = '- descriptor: "service-sessions:persistence:memory:default:1.0"\n';
const CONTROLLER = '- descriptor: "service-sessions:controller:default:default:1.0"\n';
const SERVICE = '- descriptor: "service-sessions:service:commandable-http:default:1.0"\n';
const ENDPOINT = '- descriptor: "pip-services:endpoint:http:default:1.0"\n';
const LOGGER = '- descriptor: "service-commons:logger:console:default:1.0"\n';

interface BadConfiguration {
  what: string;
  text: string;
  /** What the sentence has to hold beside the name of the file. */
  says: (string | RegExp)[];
}

const BAD: BadConfiguration[] = [
  { what: 'no content', text: '', says: ['must hold a list of components'] },
  { what: 'only a comment', text: '# nothing\n', says: ['must hold a list of components'] },
  { what: 'a text', text: 'hello', says: ['must hold a list of components'] },
  { what: 'a map', text: 'logger:\n  level: info\n', says: ['must hold a list of components'] },
  { what: 'broken YAML', text: '- a: [1\n- b', says: ['cannot be understood', /\(\d+:\d+\)/] },
  { what: 'a key twice', text: `${LOGGER}  level: info\n  level: none\n`, says: ['duplicated mapping key', '(3:3)'] },
  { what: 'a template that ends in a name', text: '- a: {{X\n', says: ['cannot be understood', 'end of file'] },
  { what: 'a template section without an end', text: `{{#if X}}\n${LOGGER}`, says: ['not closed'] },
  {
    what: 'a template section inside of one without an end',
    text: `{{#if X}}{{#if Y}}{{/if}}\n${LOGGER}`,
    says: ['not closed'],
  },
  { what: 'a partial', text: '- a: {{> part}}', says: ['cannot be understood', "'>'"] },
  { what: 'an item that is a text', text: '- hello\n', says: ['component 1 must be'] },
  { what: 'an empty item', text: `${LOGGER}-\n`, says: ['component 2 must be'] },
  { what: 'a component without descriptor', text: `${LOGGER}- level: info\n`, says: ['component 2 has no descriptor'] },
  { what: 'an empty descriptor', text: '- descriptor:\n', says: ['component 1 has no descriptor'] },
  { what: 'a descriptor that is a number', text: '- descriptor: 1\n', says: ['component 1 has no descriptor'] },
  {
    what: 'a descriptor of four parts',
    text: '- descriptor: "a:b:c:d"\n',
    says: ['"a:b:c:d"', 'group:type:kind:name:version'],
  },
  { what: 'a descriptor with a pattern', text: '- descriptor: "a:b:*:d:1.0"\n', says: ['"a:b:*:d:1.0"'] },
  { what: 'a component type', text: `${LOGGER}  type: "A,./a.js"\n`, says: ['unknown option "type"'] },
  {
    what: 'an unknown component',
    text: '- descriptor: "service-sessions:persistence:paper:default:1.0"\n',
    says: [
      'unknown component service-sessions:persistence:paper:default:1.0',
      'service-sessions:persistence:file:*:1.0',
    ],
  },
  { what: 'an unknown version', text: LOGGER.replace('1.0', '2.0'), says: ['unknown component'] },
  {
    what: 'a component twice',
    text: LOGGER + LOGGER,
    says: ['service-commons:logger:console:default:1.0 is there twice'],
  },
  {
    what: 'an unknown option of the toolkit',
    text: `${LOGGER}  lvl: info\n`,
    says: ['service-commons:logger:console:default:1.0', 'unknown option "lvl"', 'known are: level'],
  },
  { what: 'an unknown log level', text: `${LOGGER}  level: loud\n`, says: ['level is "loud"', 'trace'] },
  { what: 'an option that begins with _', text: `${LOGGER}  _level: info\n`, says: ['unknown option "_level"'] },
  { what: 'an option named as a method', text: `${LOGGER}  get: 1\n`, says: ['unknown option "get"'] },
  { what: 'an option named __proto__', text: `${LOGGER}  __proto__:\n    a: 1\n`, says: ['unknown option "__proto__'] },
  {
    what: 'a misspelt option',
    text: `${MEMORY}${CONTROLLER}  options:\n    expire_timeuot: 1\n`,
    says: ['service-sessions:controller:default:default:1.0', '"options.expire_timeuot"', 'options.expire_timeout'],
  },
  {
    what: 'a value out of range',
    text: `${MEMORY}${CONTROLLER}  options:\n    cleanup_interval: 99\n`,
    says: ['options.cleanup_interval is "99"', 'from 100'],
  },
  {
    what: 'a value that is no number',
    text: `${MEMORY}${CONTROLLER}  options:\n    retention: "30 days"\n`,
    says: ['options.retention is "30 days"', 'whole number'],
  },
  {
    what: 'a port that is none',
    text: `${MEMORY}${CONTROLLER}${SERVICE}  connection:\n    port: 99999\n`,
    says: ['service-sessions:service:commandable-http', 'connection.port is "99999"', '65535'],
  },
  {
    what: 'a controller without a persistence',
    text: CONTROLLER,
    says: ['service-sessions:controller:default:default:1.0 needs a component service-sessions:persistence:*:*:1.0'],
  },
  {
    what: 'a service without a controller',
    text: MEMORY + ENDPOINT + SERVICE,
    says: ['service-sessions:service:commandable-http:default:1.0 needs a component', 'controller'],
  },
  {
    what: 'a reference to a component that is not there',
    text: `${MEMORY}${CONTROLLER}  dependencies:\n    persistence: "service-sessions:persistence:file:default:1.0"\n`,
    says: ['needs a component service-sessions:persistence:file:default:1.0'],
  },
  {
    what: 'a reference that is no descriptor',
    text: `${MEMORY}${CONTROLLER}  dependencies:\n    persistence: "file"\n`,
    says: ['service-sessions:controller:default:default:1.0', 'Descriptor file is in wrong format'],
  },
];

describe('A bad configuration', () => {
  const folder = temporaryFolder();

  for (const { what, text, says } of BAD) {
    it(`stops the start with 78 and one sentence: ${what}`, () => {
      const file = folder.path('config.yml');
      writeFileSync(file, text);
      const { exitCode, sentence, unexpected } = failureOf(file);
      expect(exitCode, sentence).to.equal(78);
      expect(unexpected).to.equal(null);
      expect(sentence)
        .to.contain(file)
        .and.to.not.match(/[\r\n]/);
      for (const part of says) expect(sentence).to.match(typeof part === 'string' ? new RegExp(literally(part)) : part);
    });
  }

  it('stops the start with 78 and one sentence: a file that is not there, or is a folder', () => {
    const missing = folder.path('nowhere.yml');
    expect(failureOf(missing)).to.include({ exitCode: 78, sentence: `configuration file ${missing} does not exist` });
    const path = folder.path();
    expect(failureOf(path)).to.include({ exitCode: 78, sentence: `configuration file ${path} cannot be read` });
  });
});

describe('A good configuration', () => {
  const folder = temporaryFolder();

  it('may list its components in any order, and leave values empty', () => {
    const file = folder.path('config.yml');
    writeFileSync(
      file,
      `${SERVICE}  connection:\n    uri:\n    port: 0\n  swagger: {}\n${CONTROLLER}${MEMORY}${LOGGER}`,
    );
    const configs = readConfigFile(file, new ConfigParams());
    rehearse(file, configs);
    expect(configs[0]?.config.getKeys()).to.deep.equal(['descriptor', 'connection.port']);
  });
});

function failureOf(file: string) {
  try {
    rehearse(file, readConfigFile(file, new ConfigParams()));
  } catch (error) {
    return explainStartFailure(error);
  }
  throw new Error('the configuration was taken');
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
