import { GrpcConnection } from './GrpcConnection.js';
import { type LoadReport, Tally } from './Tally.js';

/** What the load process is asked to do: the same calls over and over, in random order, for a time. */
export interface GrpcLoadOrder {
  port: number;
  /** The path of the method. */
  path: string;
  /** Encoded requests to choose from at random. */
  messages: Uint8Array[];
  connections: number;
  /** Calls at a time on each connection. */
  streams: number;
  milliseconds: number;
}

/** `answer` is the message of one good answer. */
export type GrpcLoadReport = LoadReport & { answer: Uint8Array };

async function run({
  port,
  path,
  messages,
  connections,
  streams,
  milliseconds,
}: GrpcLoadOrder): Promise<GrpcLoadReport> {
  const tally = new Tally();
  const end = performance.now() + milliseconds;
  const made = Array.from({ length: connections }, () => new GrpcConnection(port, path, messages, tally, end));
  await Promise.all(made.map((connection) => connection.run(streams)));
  return { ...tally.report(), answer: made[0]?.answer.subarray(5) ?? Buffer.alloc(0) };
}

process.on('message', (order: GrpcLoadOrder) => {
  run(order).then((report) => process.send?.(report));
});
process.on('disconnect', () => process.exit(0));
