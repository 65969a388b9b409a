import type { BareServer, Load, Service } from './Children.js';
import type { LoadOrder } from './LoadGenerator.js';
import { DATA } from './SampleData.js';
import { type Budget, median, type Row, row } from './Table.js';
import type { LoadReport } from './Tally.js';

const CONNECTIONS = 64;

/** How long and how often each side is measured. */
export interface Effort {
  rounds: number;
  milliseconds: number;
}

interface Operation {
  name: string;
  budget: number;
  bodies: (ids: string[]) => string[];
}

const session = (id: string) => JSON.stringify({ session_id: id });

export const OPERATIONS: Operation[] = [
  { name: 'get_session_by_id', budget: 0.8, bodies: (ids) => ids.map(session) },
  { name: 'validate_session', budget: 0.8, bodies: (ids) => ids.map(session) },
  {
    name: 'open_session',
    budget: 0.45,
    bodies: (ids) =>
      ids.slice(0, 1000).map((_, i) =>
        JSON.stringify({
          user_id: `user${i}`,
          user_name: `User ${i}`,
          address: '10.0.0.1',
          client: 'Browser/1.0',
          data: DATA,
        }),
      ),
  },
  {
    name: 'store_session_data',
    budget: 0.45,
    bodies: (ids) => ids.map((id) => JSON.stringify({ session_id: id, data: DATA })),
  },
];

/** Each operation of the service as a ratio to the bare server, measured in turn. */
export async function againstBare(
  load: Load,
  bare: BareServer,
  service: Service,
  ids: string[],
  effort: Effort,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, budget, bodies } of OPERATIONS) {
    const texts = bodies(ids);
    const answer = await service.call(name, JSON.parse(texts[0] as string));
    await bare.answer(Buffer.byteLength(answer));
    const sides = [service, bare].map((side) => sideOf(side, order(side.port, name, texts, effort.milliseconds)));
    const [measured, base] = await inTurn(load, sides, effort);
    rows.push(ratioRow(`${name} / bare`, measured as Measured[], base as Measured[], { atLeast: budget }));
  }
  return rows;
}

/** Each operation with many sessions stored as a ratio to the same with few. */
export async function largeAgainstSmall(
  load: Load,
  small: { service: Service; ids: string[] },
  large: { service: Service; ids: string[] },
  effort: Effort,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, bodies } of OPERATIONS) {
    const few = bodies(small.ids);
    const many = bodies(large.ids);
    const rounds: [LoadReport[], LoadReport[]] = [[], []];
    for (let round = 0; round < effort.rounds; round++) {
      rounds[0].push(await load.run(order(large.service.port, name, many, effort.milliseconds)));
      rounds[1].push(await load.run(order(small.service.port, name, few, effort.milliseconds)));
    }
    rows.push(ratioRow(`${name}, 1,000,000 / 1,000 stored`, rounds[0], rounds[1], { atLeast: 0.85 }));
  }
  return rows;
}

/**
 * Useful answers a second when four times as many requests come at once as are let in, to those of a
 * fitting load. Clients that are refused come again after a tenth of the time that they are told.
 */
export async function overload(load: Load, service: Service, ids: string[], effort: Effort): Promise<Row> {
  const bodies = ids.map((id) => JSON.stringify({ session_id: id, data: DATA }));
  const measured: LoadReport[] = [];
  const base: LoadReport[] = [];
  for (let round = 0; round < effort.rounds; round++) {
    const fitting = order(service.port, 'store_session_data', bodies, effort.milliseconds);
    measured.push(await load.run({ ...fitting, connections: 4 * CONNECTIONS, backOff: 100 }));
    base.push(await load.run(fitting));
  }
  return ratioRow('goodput with four times the connections that are let in', measured, base, { atLeast: 0.8 });
}

/** What a round showed, and the processor time that the server took for each answer, in microseconds. */
export type Measured = LoadReport & { cost?: number };

/** What is asked of a server again and again. */
export interface Side<Order = LoadOrder> {
  order: Order;
  /** Processor time used so far, in seconds. */
  cpu(): number;
}

/** The same server may be several sides. */
export function sideOf<Order>(server: { cpu(): number }, order: Order): Side<Order> {
  return { order, cpu: () => server.cpu() };
}

/** The rounds of each side, measured in turn. */
export async function inTurn<Order extends { milliseconds: number }>(
  load: Load<Order>,
  sides: Side<Order>[],
  { rounds }: Effort,
): Promise<Measured[][]> {
  const reports: Measured[][] = sides.map(() => []);
  // One round that does not count: both sides compile their hot functions.
  for (const { order } of sides) await load.run(order);
  for (let round = 0; round < rounds; round++) {
    for (const [index, { order, cpu }] of sides.entries()) {
      const before = cpu();
      const report = await load.run(order);
      const answers = (report.perSecond * order.milliseconds) / 1000;
      reports[index]?.push({ ...report, cost: ((cpu() - before) * 1e6) / answers });
    }
  }
  return reports;
}

/** An operation over commandable HTTP. */
export function order(port: number, operation: string, bodies: string[], milliseconds: number): LoadOrder {
  return { port, path: `/v1/sessions/${operation}`, bodies, connections: CONNECTIONS, milliseconds, pause: 0 };
}

/** The row of two sides that were measured in turn. */
export function ratioRow(figure: string, measured: Measured[], base: Measured[], budget: Budget): Row {
  const ratios = measured.map((report, i) => report.perSecond / (base[i]?.perSecond ?? Number.NaN));
  const errors = [...measured, ...base].reduce((sum, report) => sum + report.errors, 0);
  const note =
    `${rate(measured)} / ${rate(base)} a second${costs(measured, base)}; load ${Math.max(...measured.map((r) => r.cores), ...base.map((r) => r.cores)).toFixed(2)} core` +
    `; refused ${measured.reduce((sum, report) => sum + report.refused, 0)}; errors ${errors}`;
  return row(figure, 'ratio', ratios, budget, note);
}

function rate(reports: LoadReport[]): string {
  return Math.round(median(reports.map((report) => report.perSecond))).toLocaleString('en');
}

function costs(measured: Measured[], base: Measured[]): string {
  const cost = (reports: Measured[]) => median(reports.flatMap((report) => report.cost ?? [])).toFixed(1);
  return base[0]?.cost === undefined ? '' : `, ${cost(measured)} / ${cost(base)} us of processor each`;
}
