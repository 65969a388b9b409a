import { connect, type Socket } from 'node:net';
import { type LoadReport, Tally } from './Tally.js';

/** What the load process is asked to do: the same requests over and over, in random order, for a time. */
export interface LoadOrder {
  port: number;
  path: string;
  /** Bodies of POST requests to choose from at random. */
  bodies: string[];
  /** Instead of them: cookies of GET requests, as `name=value`, or '' for none. */
  cookies?: string[];
  /** Instead of them: what follows the path of GET requests, such as query strings with their `?`. */
  queries?: string[];
  /** Instead of them: what follows the path of POST requests without a body. */
  posts?: string[];
  /** Instead of them: messages of one line each, of a protocol that answers each with a line. */
  lines?: string[];
  connections: number;
  milliseconds: number;
  /** Pause between two requests of a connection in milliseconds; 0 = the next one at once. */
  pause: number;
  /** Pause after an answer of status 503, in milliseconds; as `pause` when absent. */
  backOff?: number;
}

/**
 * A load over raw sockets, one request at a time on each keep-alive connection: a client library would cost more than
 * the servers that are to be measured.
 */
async function run(order: LoadOrder): Promise<LoadReport> {
  const requests = requestsOf(order);
  const tally = new Tally();
  const end = performance.now() + order.milliseconds;
  await Promise.all(Array.from({ length: order.connections }, () => converse(order, requests, end, tally)));
  return tally.report();
}

function requestsOf({ path, bodies, cookies, queries, posts, lines }: LoadOrder): string[] {
  if (cookies !== undefined) return cookies.map((cookie) => getText(path, cookie));
  if (queries !== undefined) return queries.map((query) => getText(path + query, ''));
  if (posts !== undefined)
    return posts.map((rest) => `POST ${path}${rest} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n`);
  if (lines !== undefined) return lines.map((line) => `${line}\n`);
  return bodies.map((body) => requestText(path, body));
}

/** One connection's requests until the time is over; resolves when the last one is answered. */
function converse(order: LoadOrder, requests: string[], end: number, tally: Tally): Promise<void> {
  return new Promise((resolve) => {
    const socket: Socket = connect(order.port, '127.0.0.1');
    socket.setNoDelay(true);
    let sentAt = 0;
    let received = '';
    const next = (): void => {
      sentAt = performance.now();
      if (sentAt >= end) {
        socket.destroy();
        resolve();
        return;
      }
      socket.write(requests[Math.floor(Math.random() * requests.length)] as string, 'utf8');
    };
    socket.on('connect', next);
    socket.on('data', (chunk) => {
      received = received === '' ? chunk.toString('latin1') : received + chunk.toString('latin1');
      const status = order.lines === undefined ? completeAnswer(received) : completeLine(received);
      if (status === null) return;
      received = '';
      tally.latencies.push(performance.now() - sentAt);
      if (status >= 200 && status < 300) tally.good++;
      else if (status === 503) tally.refused++;
      else tally.errors++;
      const pause = status === 503 ? (order.backOff ?? order.pause) : order.pause;
      if (pause === 0) next();
      else setTimeout(next, pause);
    });
    socket.on('error', () => {
      tally.errors++;
      resolve();
    });
    socket.on('close', () => resolve());
  });
}

/** The status of an answer that has arrived whole, else null. */
function completeAnswer(text: string): number | null {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const at = text.search(/content-length: /i);
  const length = at < 0 || at > headEnd ? 0 : Number.parseInt(text.slice(at + 16, at + 26), 10);
  return text.length >= headEnd + 4 + length ? Number(text.slice(9, 12)) : null;
}

/** The status of a line that has arrived whole, else null: 500 where it tells of an error. */
function completeLine(text: string): number | null {
  if (!text.endsWith('\n')) return null;
  return /"error":(true|\{)/.test(text) ? 500 : 200;
}

function requestText(path: string, body: string): string {
  const length = Buffer.byteLength(body);
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`;
}

function getText(path: string, cookie: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${cookie === '' ? '' : `Cookie: ${cookie}\r\n`}\r\n`;
}

process.on('message', (order: LoadOrder) => {
  run(order).then((report) => process.send?.(report));
});
process.on('disconnect', () => process.exit(0));
