import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { SessionsMemoryPersistence } from '../src/persistence/memory/SessionsMemoryPersistence.js';
import { SessionRecord } from '../src/persistence/SessionRecord.js';
import { randomHex } from '../src/toolkit/RandomIds.js';
import type { Effort } from './HttpFigures.js';
import { DATA } from './SampleData.js';
import { type Row, row } from './Table.js';

const PAGE = { skip: 0, take: 100, total: false };

/** The two lists that everybody asks for, in the store itself, with a million sessions in it. */
export async function lists(sessions: number): Promise<Row[]> {
  const store = new SessionsMemoryPersistence();
  const now = Date.now();
  for (let i = 0; i < sessions; i++) await store.create(null, aRecord(i, now - sessions + i));
  const ofUser = await timesOf(1000, (i) => store.getPageByFilter(null, { user_id: `user${i * 7}` }, PAGE, now));
  const newest = await timesOf(1000, () => store.getPageByFilter(null, {}, PAGE, now));
  const note = `${sessions.toLocaleString('en')} stored, 1,000 pages`;
  return [
    row('get_sessions of one user, in the persistence', 'ms', ofUser, { atMost: 1 }, note),
    row('get_sessions, newest page, in the persistence', 'ms', newest, { atMost: 1 }, note),
  ];
}

/** How long a plain JSON.parse of each line of a data file takes, in milliseconds: what opening it is compared with. */
export async function plainParse(path: string): Promise<number> {
  const lines: string[] = [];
  const reader = createInterface({ input: createReadStream(path) });
  reader.on('line', (line) => {
    if (line.startsWith('{')) lines.push(line.replace(/,$/, ''));
  });
  await once(reader, 'close');
  const startedAt = performance.now();
  for (const line of lines) JSON.parse(line);
  return performance.now() - startedAt;
}

export function effortOf(quick: boolean): Effort {
  return quick ? { rounds: 3, milliseconds: 500 } : { rounds: 7, milliseconds: 1500 };
}

async function timesOf(times: number, work: (i: number) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const startedAt = performance.now();
    await work(i);
    taken.push(performance.now() - startedAt);
  }
  return taken;
}

function aRecord(number: number, at: number): SessionRecord {
  const time = new Date(at).toISOString();
  const user_id = `user${number % 50_000}`;
  const times = {
    open_time: time,
    request_time: time,
    update_time: time,
    expire_time: new Date(at + 86_400_000).toISOString(),
  };
  return SessionRecord.of(
    { id: randomHex(32), user_id, active: true, ...times, version: 0 },
    { data: JSON.stringify(DATA) },
  );
}
