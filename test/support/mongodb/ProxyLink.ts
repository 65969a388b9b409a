import type { Socket } from 'node:net';
import { commandOf, requestId, responseTo, type WireMessage, WireMessages } from './WireMessages.js';

export type Direction = 'request' | 'reply';
export type Passage = 'pass' | 'half' | 'none';

const HELLO = ['hello', 'ismaster', 'isMaster'];

/** One connection through a proxy: the client's and the one to the server, which end together. */
export class ProxyLink {
  /** Of the requests that have no reply yet, by id. */
  private readonly commands = new Map<number, string>();
  private frozen = false;
  private cutting = false;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly judge: (command: string, direction: Direction) => Passage,
    private readonly ended: () => void,
  ) {
    this.forward('request', client, server);
    this.forward('reply', server, client);
  }

  freeze(): void {
    this.frozen = true;
    this.client.pause();
    this.server.pause();
  }

  thaw(): void {
    this.frozen = false;
    if (this.client.destroyed || this.server.destroyed) {
      this.cut();
      return;
    }
    this.client.resume();
    this.server.resume();
  }

  cut(): void {
    this.cutting = true;
    this.client.destroy();
    this.server.destroy();
    this.ended();
  }

  private forward(direction: Direction, from: Socket, to: Socket): void {
    const messages = new WireMessages();
    from.setNoDelay(true);
    from.on('data', (bytes: Buffer) => {
      for (const message of messages.push(bytes)) this.pass(direction, message, to);
    });
    // Of an error here the other side hears no more than an end.
    from.on('error', () => {});
    from.on('close', () => {
      // What one side does must not reach the other through a frozen connection.
      if (!this.frozen) this.cut();
    });
  }

  private pass(direction: Direction, message: WireMessage, to: Socket): void {
    if (this.cutting) return;
    const command = this.commandOf(direction, message);
    switch (this.judge(command, direction)) {
      case 'pass':
        to.write(message);
        break;
      case 'half':
        this.cutting = true;
        to.write(message.subarray(0, Math.ceil(message.length / 2)), () => this.cut());
        break;
      case 'none':
        this.cut();
        break;
    }
  }

  private commandOf(direction: Direction, message: WireMessage): string {
    if (direction === 'reply') {
      const command = this.commands.get(responseTo(message)) ?? '';
      this.commands.delete(responseTo(message));
      return command;
    }
    const name = commandOf(message);
    const command = HELLO.includes(name) ? 'hello' : name;
    this.commands.set(requestId(message), command);
    return command;
  }
}
