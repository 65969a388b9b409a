import type { Effort } from './HttpFigures.js';
import { type Budget, median, type Row, row } from './Table.js';

/** So many turns are made of one: the shorter a turn, the more alike is what the machine does meanwhile to both sides. */
const PARTS = 3;

/** One turn of one side: operations a second, and microseconds of processor of this process for each. */
export interface Turn {
  rate: number;
  cpu: number;
}

/** Does a thing once; the index counts the times. */
export type Side = (index: number) => Promise<unknown>;

/** What is measured, and what it is a ratio to, `atOnce` callers each. */
export interface Contest {
  figure: string;
  ours: Side;
  base: Side;
  atOnce: number;
  budget: Budget;
}

/** Both sides in turn in this process, so that what the machine does meanwhile meets both. */
export async function inTurnRow({ figure, ours, base, atOnce, budget }: Contest, effort: Effort): Promise<Row> {
  const [measured, compared]: [Turn[], Turn[]] = [[], []];
  for (const side of [ours, base]) await turnOf(side, atOnce, effort.milliseconds);
  for (let turn = 0; turn < effort.rounds * PARTS; turn++) {
    measured.push(await turnOf(ours, atOnce, effort.milliseconds / PARTS));
    compared.push(await turnOf(base, atOnce, effort.milliseconds / PARTS));
  }
  const ratios = measured.map(({ rate }, round) => rate / (compared[round] as Turn).rate);
  const of = (turns: Turn[], key: keyof Turn) => median(turns.map((turn) => turn[key]));
  const note =
    `${of(measured, 'rate').toFixed(0)} / ${of(compared, 'rate').toFixed(0)} a second, ` +
    `${of(measured, 'cpu').toFixed(0)} / ${of(compared, 'cpu').toFixed(0)} us of processor each`;
  return row(figure, 'ratio', ratios, budget, note);
}

/** One side alone for a time. */
export async function turnOf(side: Side, atOnce: number, milliseconds: number): Promise<Turn> {
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  let count = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() - startedAt < milliseconds) await side(count++);
  };
  await Promise.all(Array.from({ length: atOnce }, caller));
  const { user, system } = process.cpuUsage(cpu);
  return { rate: (count / (performance.now() - startedAt)) * 1000, cpu: (user + system) / count };
}
