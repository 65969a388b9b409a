// A MongoDB for the tests, from the first place that has one: MONGO_SERVICE_URI, a mongod on the PATH, Docker, FerretDB.
// What is started here ends with this process.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './checkout.mjs';
import { provideFerretDb } from './ferretdb.mjs';

const COMPOSE_FILE = 'docker/docker-compose.test.yml';
const DOCKER_URI = 'mongodb://127.0.0.1:27017/';
const DOCKER_INFO_TIMEOUT = 5_000;
const DOCKER_UP_TIMEOUT = 10 * 60_000;
const ANSWER_TIMEOUT = 10_000;
const HOW_TO =
  'Set MONGO_SERVICE_URI to a server where tests may make and drop databases, install mongod, ' +
  'start Docker, or install Go 1.24 or newer.';

/**
 * Sets for test/support/mongodb/MongoServers.ts, in the environment of this process:
 * SESSIONS_TEST_MONGO_URI, the server that all tests share; SESSIONS_TEST_MONGO_SERVER, the command that starts one that
 * a test may kill; SESSIONS_TEST_MONGO_MISSING, why one of both is not set. Answers the line to print.
 */
export async function provideMongo() {
  const reasons = [];
  const own = await ownServer(reasons);
  if (own !== undefined) {
    process.env.SESSIONS_TEST_MONGO_SERVER = JSON.stringify({ kind: own.kind, command: own.command });
  }
  const shared = await sharedServer(own, reasons);
  if (shared !== undefined) process.env.SESSIONS_TEST_MONGO_URI = shared.uri;
  if (own !== undefined && shared !== undefined) return `MongoDB for the tests: ${shared.what}`;
  const missing = shared === undefined ? 'No MongoDB for the tests' : 'No MongoDB that tests may kill';
  process.env.SESSIONS_TEST_MONGO_MISSING = `${missing}: ${reasons.join(', ')}. ${HOW_TO}`;
  return process.env.SESSIONS_TEST_MONGO_MISSING;
}

/** What starts servers here: a real one if there is. */
async function ownServer(reasons) {
  const mongod = onPath('mongod');
  if (mongod !== undefined) return { kind: 'mongod', command: mongod, name: 'mongod' };
  reasons.push('there is no mongod on the PATH');
  try {
    const { command, version } = await provideFerretDb();
    return { kind: 'ferretdb', command, name: `FerretDB ${version}, built from its Go module, which calls itself` };
  } catch (error) {
    reasons.push(`FerretDB cannot be built (${error.message})`);
    return undefined;
  }
}

async function sharedServer(own, reasons) {
  const given = process.env.MONGO_SERVICE_URI;
  if (given) {
    // For the tests to use, and not for the services that they build.
    delete process.env.MONGO_SERVICE_URI;
    const uri = withoutDatabase(given);
    return { uri, what: `MongoDB ${await versionOf(uri, 'The server of MONGO_SERVICE_URI')} of MONGO_SERVICE_URI` };
  }
  reasons.push('MONGO_SERVICE_URI is not set');
  if (own?.kind === 'mongod') return start(own);
  if (dockerRuns(reasons)) {
    return { uri: DOCKER_URI, what: `MongoDB ${await versionOf(DOCKER_URI, 'The server in Docker')} in Docker` };
  }
  return own === undefined ? undefined : start(own);
}

async function start(own) {
  const { MongoServer } = await import('../dist/test/support/mongodb/MongoServers.js');
  const { uri } = await MongoServer.start();
  return { uri, what: `${own.name} ${await versionOf(uri, own.name)}` };
}

/** Credentials stay those of the database that the URI named. */
function withoutDatabase(uri) {
  const [, server, database, options] = /^([^?]*?:\/\/[^/?]*)\/?([^?]*)\??(.*)$/.exec(uri) ?? [];
  if (server === undefined) throw new Error('MONGO_SERVICE_URI is no URI');
  const isSource = database !== '' && server.includes('@') && !/(^|&)authSource=/i.test(options);
  const all = [options, isSource ? `authSource=${database}` : ''].filter((option) => option !== '').join('&');
  return `${server}/${all === '' ? '' : `?${all}`}`;
}

async function versionOf(uri, name) {
  const { MongoClient } = await import('mongodb');
  try {
    const client = new MongoClient(uri, { serverSelectionTimeoutMS: ANSWER_TIMEOUT });
    try {
      return (await client.db('admin').command({ buildInfo: 1 })).version;
    } finally {
      await client.close();
    }
  } catch (error) {
    throw new Error(`${name} does not answer: ${error.message}`);
  }
}

/** Starts the server of docker-compose.test.yml, unless it runs already, and ends it with this process. */
function dockerRuns(reasons) {
  if (docker(['info'], DOCKER_INFO_TIMEOUT) === undefined) {
    reasons.push('Docker does not run');
    return false;
  }
  const compose = ['compose', '-f', join(root, COMPOSE_FILE)];
  if (docker([...compose, 'ps', '-q', '--status', 'running'], DOCKER_INFO_TIMEOUT)?.trim()) return true;
  process.stderr.write('service-sessions: starting MongoDB in Docker ...\n');
  process.once('exit', () => docker([...compose, 'down', '-v'], DOCKER_UP_TIMEOUT));
  if (docker([...compose, 'up', '-d', '--wait'], DOCKER_UP_TIMEOUT) !== undefined) return true;
  reasons.push(`Docker could not start ${COMPOSE_FILE}`);
  return false;
}

/** What the command wrote; undefined when it failed or took too long. */
function docker(args, timeout) {
  const { status, stdout } = spawnSync('docker', args, {
    encoding: 'utf8',
    timeout,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout : undefined;
}

function onPath(name) {
  const paths = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return paths.find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
