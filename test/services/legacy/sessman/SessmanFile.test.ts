import { mkdirSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { ConfigParams } from 'pip-services3-commons-nodex';
import { SessionsSessmanHttpService } from '../../../../src/services/legacy/sessman/SessionsSessmanHttpService.js';
import { lentBySessmanFile, withSessmanFile } from '../../../../src/services/legacy/sessman/SessmanFile.js';
import { temporaryFolder } from '../../../support/TemporaryFolder.js';

const NAME = 'service-sessions:service:sessman';
/** As in the older system's document, its lost lines restored: with a comma too many. */
const DOCUMENT = `{
  "username": "ps_sessman",
  "password": "",
  "server_url": "mongo.domain.tld:27017",
  "database": "sessman",
  "session_ttl": 86400,
}
`;
const NUMBER = 'a session_ttl that must be a whole number from 1 to 3153600000 s';
const HOST = 'a server_url that must be host or host:port; more than that goes into connection.uri of the persistence';
const DATABASE = 'a database that must be a name of 1 to 63 characters without';

/** Content, and what is said of it; it never holds `secret`. */
const BAD: [what: string, content: string | Buffer, says: string][] = [
  ['nothing', '', 'must be JSON, and is none in line 1'],
  ['text', 'secret', 'must be JSON, and is none in line 1'],
  ['JSON that breaks off', '{\n"password": "secret"\n', 'must be JSON, and is none in line 3'],
  ['a comma too many in front', '{\n,"password": "secret"}', 'must be JSON, and is none in line 2'],
  ['two objects', '{}\n{"password": "secret"}', 'must be JSON, and is none in line 2'],
  ['single quotes', "{'password': 'secret'}", 'must be JSON, and is none in line 1'],
  ['no UTF-8', Buffer.from('{"password": "secr\xe9t"}', 'latin1'), 'must be JSON in UTF-8'],
  ['an array', '["secret"]', 'must hold one JSON object'],
  ['null', 'null', 'must hold one JSON object'],
  [
    'an unknown key',
    '{"pasword": "secret"}',
    'has the unknown key "pasword"; known are: username, password, server_url',
  ],
  ['a key named __proto__', '{"__proto__": {"username": "secret"}}', 'has the unknown key "__proto__"'],
  ['a key named as a method', '{"toString": "secret"}', 'has the unknown key "toString"'],
  ['a key twice', '{"password": "secret", "password": "other"}', 'has the key "password" twice'],
  ['a username that is a number', '{"username": 5}', 'has a username that must be a string'],
  ['a password that is a list', '{"username": "u", "password": ["secret"]}', 'has a password that must be a string'],
  ['a password without a username', '{"password": "secret"}', 'has a password without a username'],
  ['a server_url that is a number', '{"server_url": 27017}', HOST],
  ['a server_url with a user', '{"server_url": "u:secret@host"}', HOST],
  ['a server_url with a path', '{"server_url": "host/secret"}', HOST],
  ['a server_url of several hosts', '{"server_url": "a:1,b:2"}', HOST],
  ['a server_url with a space', '{"server_url": "mongo secret"}', HOST],
  ['port 0', '{"server_url": "host:0"}', HOST],
  ['port 65536', '{"server_url": "host:65536"}', HOST],
  ['a database that is an object', '{"database": {"name": "secret"}}', DATABASE],
  ['a database with a dot', '{"database": "a.b"}', DATABASE],
  ['too long a database', `{"database": "${'d'.repeat(64)}"}`, DATABASE],
  ['a session_ttl that is a text', '{"session_ttl": "86400"}', NUMBER],
  ['a session_ttl of 0', '{"session_ttl": 0}', NUMBER],
  ['a session_ttl with a fraction', '{"session_ttl": 1.5}', NUMBER],
  ['a session_ttl over a hundred years', '{"session_ttl": 3153600001}', NUMBER],
  ['a session_ttl that is true', '{"session_ttl": true}', NUMBER],
];

describe('A sessman.json', () => {
  const folder = temporaryFolder();
  const config = (content: string | Buffer, ...more: unknown[]): ConfigParams => {
    writeFileSync(folder.path('sessman.json'), content);
    return ConfigParams.fromTuples('config_path', folder.path('sessman.json'), ...more);
  };
  const lent = (content: string) => lentBySessmanFile(NAME, config(content))?.values ?? null;
  const ttl = (content: string, ...more: unknown[]) =>
    withSessmanFile(NAME, config(content, ...more)).getAsNullableString('options.session_ttl') ?? null;

  it('as in the document says where the database is, and how long sessions live', () => {
    expect(lent(DOCUMENT)).to.deep.equal({
      'credential.username': 'ps_sessman',
      'connection.host': 'mongo.domain.tld',
      'connection.port': '27017',
      'connection.database': 'sessman',
    });
    expect(ttl(DOCUMENT)).to.equal('86400');
  });

  it('may have comments, trailing commas and a byte order mark, and leave out anything', () => {
    expect(lent('\ufeff// a comment\n{ /* b */ "username": "u", "password": "p/*//", }')).to.deep.equal({
      'credential.username': 'u',
      'credential.password': 'p/*//',
    });
    for (const content of ['{}', '{"session_ttl": 5}', '{"username": "", "password": null, "database": ""}']) {
      expect(lent(content), content).to.equal(null);
    }
    expect(ttl('{}')).to.equal(null);
  });

  it('keeps every character of a password, for which it is there', () => {
    const password = 'a"b\\c%@:/é😀 #;\n{{x}}';
    expect(lent(JSON.stringify({ username: 'u', password }))).to.deep.include({ 'credential.password': password });
  });

  const HOSTS: [string, object][] = [
    ['localhost', { 'connection.host': 'localhost' }],
    ['127.0.0.1:1', { 'connection.host': '127.0.0.1', 'connection.port': '1' }],
    ['[::1]:65535', { 'connection.host': '[::1]', 'connection.port': '65535' }],
    ['mongodb://mongo:27017/', { 'connection.host': 'mongo', 'connection.port': '27017' }],
  ];
  for (const [server_url, values] of HOSTS) {
    it(`takes ${server_url} for a server_url`, () => {
      expect(lent(JSON.stringify({ server_url }))).to.deep.equal(values);
    });
  }

  it('says less than the configuration of the service', () => {
    expect(ttl('{"session_ttl": 5}', 'options.session_ttl', 7)).to.equal('7');
    expect(ttl('{"session_ttl": 5}', 'options.session_ttl', '')).to.equal('5');
    expect(ttl('{"session_ttl": 5}', 'options.api_key', 'k')).to.equal('5');
  });

  for (const [what, content, says] of BAD) {
    it(`that holds ${what} stops the start with a sentence that names the file and repeats no value`, () => {
      const path = folder.path('sessman.json');
      for (const read of [withSessmanFile, lentBySessmanFile]) {
        const given = config(content);
        expect(() => read(NAME, given))
          .to.throw(`${NAME}: config_path ${path} ${says.startsWith('a ') ? `has ${says}` : says}`)
          .with.property('message')
          .that.does.not.match(/secret|\n/);
      }
      expect(() => new SessionsSessmanHttpService().configure(config(content))).to.throw('sessman.json');
    });
  }

  it('that is not there, or is a folder, stops the start', () => {
    mkdirSync(folder.path('folder'));
    const read = (path: string) => () => withSessmanFile(NAME, ConfigParams.fromTuples('config_path', path));
    expect(read(folder.path('none.json'))).to.throw('none.json does not exist');
    expect(read(folder.path('folder'))).to.throw('folder cannot be read');
  });
});
