import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BareServer, Load, Service, seedStore } from './Children.js';
import { againstNodeHttp, nearCache } from './ClientFigures.js';
import { expressApplications } from './ExpressFigures.js';
import { againstBare, largeAgainstSmall, overload } from './HttpFigures.js';
import { againstValidate } from './LegacyFigures.js';
import { againstDriver } from './MongoFigures.js';
import { growth, pauses } from './PauseFigures.js';
import { besidePush, push } from './PushFigures.js';
import { sessionManager } from './SessionManagerFigures.js';
import { effortOf, lists, plainParse } from './StoreFigures.js';
import { type Row, row, tableText } from './Table.js';
import { transports } from './TransportFigures.js';

/**
 * `npm run bench -- [--json FILE] [--quick] [--sessions N]
 * [--only small|transports|large|lists|growth|mongodb|client|legacy|session-manager|push]`
 */
const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
    sessions: { type: 'string', default: '1000000' },
    only: { type: 'string' },
  },
});

const SESSIONS = Number(values.sessions);
const IN_USE = 20_000;
const effort = effortOf(values.quick);
const folder = mkdtempSync(join(tmpdir(), 'sessions-bench-'));
const rows: Row[] = [];

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function subfolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

async function small(load: Load, bare: BareServer): Promise<void> {
  say('1,000 sessions against the bare server ...');
  const place = subfolder('few');
  const ids = seedStore(place, 1000, 1000);
  const service = await Service.start(place);
  rows.push(...(await againstBare(load, bare, service, ids, effort)));
  await service.stop();
  const narrow = await Service.start(place, { endpoint: { max_in_flight: 64 } });
  rows.push(await overload(load, narrow, ids, effort));
  await narrow.stop();
}

async function large(load: Load, bare: BareServer): Promise<void> {
  say(`Storing ${SESSIONS.toLocaleString('en')} sessions ...`);
  const [many, few] = [subfolder('many'), subfolder('fewer')];
  const ids = seedStore(many, SESSIONS, IN_USE);
  const parse = await plainParse(join(many, 'sessions.json'));
  const smallIds = seedStore(few, 1000, 1000);
  const smallService = await Service.start(few);
  const empty = smallService.memory();
  const service = await Service.start(many, {
    controller: { cleanup_interval: 1000, retention: 1000 },
    persistence: { compact_after: 8_388_608 },
  });
  const opening = service.startTime - smallService.startTime;
  const note = `${(opening / 1000).toFixed(1)} s / ${(parse / 1000).toFixed(1)} s`;
  rows.push(row('opening the file / JSON.parse of its lines', 'ratio', [opening / parse], { atMost: 3 }, note));
  rows.push(
    row(
      'resident memory a session',
      'bytes',
      [(service.memory() - empty) / SESSIONS],
      { atMost: 1024 },
      '200 bytes of data each',
    ),
  );
  say('Many sessions against few ...');
  rows.push(...(await largeAgainstSmall(load, { service: smallService, ids: smallIds }, { service, ids }, effort)));
  await smallService.stop();
  say('Pauses ...');
  await bare.answer(600);
  const probe = new Load();
  rows.push(...(await pauses(load, probe, bare, service, ids, values.quick ? 8 : 30)));
  probe.stop();
  rows.push(row('stop by SIGTERM', 's', [(await service.stop()) / 1000], { atMost: 10 }));
}

async function steady(load: Load): Promise<void> {
  say('A minute of opens, expiries and purges ...');
  const place = subfolder('steady');
  seedStore(place, 1000, 1);
  const service = await Service.start(place, { controller: { cleanup_interval: 200, retention: 200 } });
  rows.push(...(await growth(load, service, values.quick ? 16 : 60)));
  await service.stop();
}

async function mongodb(): Promise<void> {
  const uri = process.env['SESSIONS_TEST_MONGO_URI'];
  if (uri === undefined) {
    say(`MongoDB is left out. ${process.env['SESSIONS_TEST_MONGO_MISSING'] ?? ''}`);
    return;
  }
  say('The MongoDB persistence against the bare driver ...');
  rows.push(...(await againstDriver(uri, effort)));
}

async function client(load: Load): Promise<void> {
  say('The client against node:http ...');
  const place = subfolder('client');
  const ids = seedStore(place, 1000, 1000);
  const service = await Service.start(place, { controller: { accept_ids: true } });
  rows.push(await againstNodeHttp(service, ids, effort));
  rows.push(await nearCache(service, ids, effort));
  say('Express with sessions against Express alone ...');
  rows.push(...(await expressApplications(load, service, effort)));
  await service.stop();
}

async function embedded(): Promise<void> {
  say('SessionManager with 100,000 sessions ...');
  rows.push(...(await sessionManager()));
}

async function legacy(load: Load): Promise<void> {
  say('The calls of older systems against validate_session ...');
  const services = ['service-sessions:service:cgi:default:1.0', 'service-sessions:service:sessman:default:1.0'];
  const service = await Service.start(subfolder('legacy'), { services });
  rows.push(...(await againstValidate(load, service, effort)));
  await service.stop();
}

async function waysIn(load: Load, bare: BareServer): Promise<void> {
  say('REST, gRPC and Seneca ...');
  rows.push(...(await transports(load, bare, subfolder('transports'), effort)));
}

async function sockets(load: Load): Promise<void> {
  say('10,000 sockets ...');
  rows.push(...(await push(subfolder('push'))));
  rows.push(await besidePush(load, [subfolder('with-push'), subfolder('without-push')], effort));
}

const load = new Load();
const bare = await BareServer.start();
const wants = (name: string): boolean => values.only === undefined || values.only === name;
try {
  if (wants('small')) await small(load, bare);
  if (wants('transports')) await waysIn(load, bare);
  if (wants('large')) await large(load, bare);
  if (wants('lists')) rows.push(...(await lists(SESSIONS)));
  if (wants('growth')) await steady(load);
  if (wants('mongodb')) await mongodb();
  if (wants('client')) await client(load);
  if (wants('session-manager')) await embedded();
  if (wants('legacy')) await legacy(load);
  if (wants('push')) await sockets(load);
} finally {
  load.stop();
  bare.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(tableText(rows));
if (values.json !== undefined) {
  const machine = { node: process.version, cores: cpus().length, model: cpus()[0]?.model ?? '' };
  writeFileSync(values.json, `${JSON.stringify({ machine, rows }, null, 2)}\n`);
}
