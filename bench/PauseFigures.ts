import type { BareServer, Load, Service } from './Children.js';
import { DATA } from './SampleData.js';
import { type Row, row } from './Table.js';

/** So many slow requests are sent at a time, each every few milliseconds: what they see is the pauses, not the load. */
const PROBES = { connections: 4, pause: 2 };

/**
 * The longest time that any request waits while the store of a million sessions sweeps, compacts, lists and grows, beside
 * the longest that the bare server shows in the same seconds: on a shared machine that one is the machine's own.
 */
export async function pauses(
  load: Load,
  probe: Load,
  bare: BareServer,
  service: Service,
  ids: string[],
  seconds: number,
): Promise<Row[]> {
  const work = mixedWork(load, service, ids, seconds);
  const seen = await probe.run(probeOrder(service.port, ids, seconds));
  await work;
  const alone = mixedWork(load, service, ids, seconds);
  const control = await probe.run(probeOrder(bare.port, ids, seconds));
  await alone;
  const note = `p99 ${seen.latency.p99.toFixed(1)} ms; the bare server beside the same work: longest ${control.latency.max.toFixed(1)} ms`;
  return [
    row('longest wait beside sweep, compaction, lists and growth', 'ms', [seen.latency.max], { atMost: 25 }, note),
  ];
}

async function mixedWork(load: Load, service: Service, ids: string[], seconds: number): Promise<void> {
  const milliseconds = (seconds * 1000) / 2;
  const base = { port: service.port, connections: 8, milliseconds, pause: 5 };
  const open = JSON.stringify({ user_id: 'grows', data: DATA, expire_timeout: 1000 });
  await load.run({ ...base, path: '/v1/sessions/open_session', bodies: [open] });
  const lists = [{ filter: { user_name: 'User 7' } }, { paging: { skip: 500_000 } }, { filter: { active: false } }, {}];
  const closes = ids.slice(-500).map((id) => JSON.stringify({ session_id: id }));
  await load.run({
    ...base,
    connections: 2,
    milliseconds: milliseconds / 2,
    path: '/v1/sessions/get_sessions',
    bodies: lists.map((list) => JSON.stringify(list)),
  });
  await load.run({ ...base, milliseconds: milliseconds / 2, path: '/v1/sessions/close_session', bodies: closes });
}

function probeOrder(port: number, ids: string[], seconds: number) {
  const bodies = ids.slice(0, 1000).map((id) => JSON.stringify({ session_id: id }));
  return { port, path: '/v1/sessions/get_session_by_id', bodies, milliseconds: seconds * 1000, ...PROBES };
}

/** How much resident memory grows over the second half of a load with opens, closes and purges. */
export async function growth(load: Load, service: Service, seconds: number): Promise<Row[]> {
  const milliseconds = (seconds * 1000) / 8;
  const bodies = [JSON.stringify({ user_id: 'comes and goes', data: DATA, expire_timeout: 200 })];
  const order = {
    port: service.port,
    path: '/v1/sessions/open_session',
    bodies,
    connections: 64,
    milliseconds,
    pause: 0,
  };
  const samples: number[] = [];
  let errors = 0;
  for (let part = 0; part < 8; part++) {
    errors += (await load.run(order)).errors;
    samples.push(service.memory());
  }
  const half = samples[3] as number;
  const end = samples[7] as number;
  const grown = Math.max(0, end - half);
  const note = `${mib(half)} -> ${mib(end)} MiB; errors ${errors}; 10 MiB is allowed where that is more`;
  const percent = grown <= 10 * 1024 * 1024 ? 0 : (100 * grown) / half;
  return [row('growth of memory in the second half of a load', '%', [percent], { atMost: 8 }, note)];
}

function mib(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0);
}
