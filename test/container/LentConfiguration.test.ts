import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { ConfigParams } from 'pip-services3-commons-nodex';
import { readConfigFile } from '../../src/container/ConfigFile.js';
import { withLentOptions } from '../../src/container/LentConfiguration.js';
import { explainStartFailure } from '../../src/container/StartFailure.js';
import { readMongoSettings } from '../../src/persistence/mongodb/MongoOptions.js';
import { temporaryFolder } from '../support/TemporaryFolder.js';

const MONGO = 'service-sessions:persistence:mongodb:default:1.0';
const OTHER_MONGO = 'service-sessions:persistence:mongodb:other:1.0';
const SESSMAN = 'service-sessions:service:sessman:default:1.0';
const OTHER_SESSMAN = 'service-sessions:service:sessman:other:1.0';
const FILE = { username: 'u', password: 'secret', server_url: 'mongo:27018', database: 'sessman', session_ttl: 5 };

describe('What a configuration says for other components of it', () => {
  const folder = temporaryFolder();

  /** Descriptor -> configuration, once what is lent has been given. JSON is YAML. */
  function lent(components: object[], file: object = FILE): Record<string, ConfigParams> {
    writeFileSync(folder.path('sessman.json'), JSON.stringify(file));
    writeFileSync(folder.path('other.json'), JSON.stringify({ ...file, database: 'other' }));
    writeFileSync(folder.path('config.yml'), JSON.stringify(components));
    const configs = readConfigFile(folder.path('config.yml'), new ConfigParams());
    const given = withLentOptions(folder.path('config.yml'), configs);
    expect(given.map(({ descriptor }) => descriptor)).to.deep.equal(configs.map(({ descriptor }) => descriptor));
    return Object.fromEntries(given.map(({ descriptor, config }) => [descriptor.toString(), config]));
  }
  const sessman = (descriptor = SESSMAN, file = 'sessman.json') => ({ descriptor, config_path: folder.path(file) });
  const settings = (config: ConfigParams | undefined) => readMongoSettings(config as ConfigParams);

  it('leads a MongoDB persistence that says nothing of a connection to its server, whichever comes first', () => {
    for (const reverse of [false, true]) {
      const components = [{ descriptor: MONGO, collection: 'mine' }, sessman()];
      const configs = lent(reverse ? components.reverse() : components);
      expect(settings(configs[MONGO])).to.deep.include({
        uri: 'mongodb://mongo:27018/',
        database: 'sessman',
        authSource: 'sessman',
        collection: 'mine',
        credential: { username: 'u', password: 'secret' },
      });
      expect(configs[SESSMAN]?.getKeys().sort()).to.deep.equal(['config_path', 'descriptor']);
    }
  });

  for (const own of [
    { connection: { uri: 'mongodb://mine/db' } },
    { connection: { host: 'mine' } },
    { connection: { database: 'mine' } },
    { credential: { username: 'me' } },
  ]) {
    it(`leaves alone one that has ${JSON.stringify(own)}`, () => {
      const alone = lent([{ descriptor: MONGO, ...own }]);
      expect(lent([{ descriptor: MONGO, ...own }, sessman()])[MONGO]).to.deep.equal(alone[MONGO]);
    });
  }

  it('takes empty values for none', () => {
    const empty = { uri: '', host: null, port: '', database: '' };
    const configs = lent([
      { descriptor: MONGO, connection: empty, credential: { username: '', password: '' } },
      sessman(),
    ]);
    expect(settings(configs[MONGO]).uri).to.equal('mongodb://mongo:27018/');
  });

  it('goes to each of several that say nothing themselves', () => {
    const own = { connection: { host: 'mine' } };
    const third = 'service-sessions:persistence:mongodb:third:1.0';
    const configs = lent([
      { descriptor: MONGO },
      { descriptor: OTHER_MONGO, ...own },
      { descriptor: third },
      sessman(),
    ]);
    expect(settings(configs[MONGO]).database).to.equal('sessman');
    expect(settings(configs[third]).database).to.equal('sessman');
    expect(settings(configs[OTHER_MONGO])).to.include({ uri: 'mongodb://mine:27017/', database: 'app' });
  });

  it('goes to nobody where there is no MongoDB persistence', () => {
    const descriptor = 'service-sessions:persistence:memory:default:1.0';
    expect(lent([{ descriptor }, sessman()])[descriptor]?.getKeys()).to.deep.equal(['descriptor']);
    expect(Object.keys(lent([sessman()]))).to.deep.equal([SESSMAN]);
  });

  it('is nothing without a file, and with one that says nothing of the database', () => {
    expect(lent([{ descriptor: MONGO }, { descriptor: SESSMAN }])[MONGO]?.getKeys()).to.deep.equal(['descriptor']);
    const configs = lent([{ descriptor: MONGO }, sessman()], { session_ttl: 5 });
    expect(configs[MONGO]?.getKeys()).to.deep.equal(['descriptor']);
  });

  it('may be said twice in the same words, not in others', () => {
    const same = lent([{ descriptor: MONGO }, sessman(), sessman(OTHER_SESSMAN)]);
    expect(settings(same[MONGO]).database).to.equal('sessman');
    expect(() => lent([{ descriptor: MONGO }, sessman(), sessman(OTHER_SESSMAN, 'other.json')]))
      .to.throw(`${SESSMAN} and ${OTHER_SESSMAN} do not say the same for ${MONGO}; configure it itself`)
      .with.property('message')
      .that.does.not.contain('secret');
  });

  it('stops the start with 78 where it cannot be read, in a sentence that names both files and the component', () => {
    try {
      lent([{ descriptor: MONGO }, sessman()], { pasword: 'secret' });
      expect.fail('It was read');
    } catch (error) {
      const { exitCode, sentence } = explainStartFailure(error);
      expect(exitCode).to.equal(78);
      const where = `${folder.path('config.yml')}: service-sessions:service:sessman: config_path ${folder.path('sessman.json')}`;
      expect(sentence).to.contain(`${where} has the unknown key "pasword"`).and.not.contain('secret');
    }
  });

  it('leaves unknown components to whoever tells of them', () => {
    expect(() => lent([{ descriptor: 'a:b:c:d:1.0' }, sessman()])).to.not.throw();
  });
});
