import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What every figure is a ratio to: `node:http` that reads the same body, parses it and writes a prepared text of the same
 * length as the service's answer. The length comes by message.
 */
let prepared = '';

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (chunks.length > 0) JSON.parse((chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString());
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': prepared.length });
    response.end(prepared);
  });
});

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', ({ length }: { length: number }) => {
  prepared = 'x'.repeat(length);
  process.send?.({ length });
});
process.on('disconnect', () => process.exit(0));
