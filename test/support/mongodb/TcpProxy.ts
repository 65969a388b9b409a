import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { freePort } from './LoopbackPorts.js';
import { type Direction, type Passage, ProxyLink } from './ProxyLink.js';

/**
 * What becomes of a message: it passes; half of it does, and then its connection is cut; its connection is cut before it.
 * A reply goes by the name of the command that it answers.
 *
 * The index counts the messages of that direction since `cutOn`, from 0 and over all connections; handshakes and heartbeats,
 * which a driver sends when it likes and whose command here is always `hello`, are counted apart.
 */
export type PassageRule = (command: string, direction: Direction, index: number) => Passage;

/** Stands before a server of MongoDB's protocol and does to its connections what networks do. */
export class TcpProxy {
  private readonly links = new Set<ProxyLink>();
  private server: Server | undefined;
  private frozen = false;
  private rule: PassageRule = () => 'pass';
  private readonly counts = new Map<string, number>();

  private constructor(
    private readonly targetPort: number,
    /** Where it listens, on the loopback. */
    readonly port: number,
  ) {}

  static async start(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort, await freePort());
    await proxy.accept();
    return proxy;
  }

  /** Names no database. Only this proxy is talked to, whatever other members the server knows. */
  get uri(): string {
    return `mongodb://127.0.0.1:${this.port}/?directConnection=true`;
  }

  /** No byte passes any more, either way; new connections are accepted and hear nothing. */
  freeze(): void {
    this.freezeOld();
    this.frozen = true;
  }

  /** As `freeze`, but new connections are as they should be: so end those that a firewall has forgotten. */
  freezeOld(): void {
    this.frozen = false;
    for (const link of this.links) link.freeze();
  }

  /** What was held back passes. */
  thaw(): void {
    this.frozen = false;
    for (const link of this.links) link.thaw();
  }

  /** Ends all connections at once. */
  cutAll(): void {
    for (const link of this.links) link.cut();
  }

  /** Decides for each message from now on, until the next rule; begins to count anew. */
  cutOn(rule: PassageRule): void {
    this.rule = rule;
    this.counts.clear();
  }

  /** From now on so many replies pass, not counting those to handshakes and heartbeats, and of the next one half. */
  cutReplyAfter(replies: number): void {
    this.cutOn((command, direction, index) =>
      command !== 'hello' && direction === 'reply' && index === replies ? 'half' : 'pass',
    );
  }

  /** All messages pass again. */
  cutNothing(): void {
    this.cutOn(() => 'pass');
  }

  /** New connections are refused, as when nobody listens; those that are there stay. */
  async refuse(): Promise<void> {
    this.server?.close();
    this.server = undefined;
    await setImmediate();
  }

  /** New connections are accepted again. */
  async accept(): Promise<void> {
    if (this.server !== undefined) return;
    this.server = createServer((client) => this.link(client)).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  async stop(): Promise<void> {
    await this.refuse();
    this.cutAll();
  }

  private link(client: Socket): void {
    const judge = (command: string, direction: Direction): Passage => {
      const kind = `${command === 'hello' ? command : ''} ${direction}`;
      const index = this.counts.get(kind) ?? 0;
      this.counts.set(kind, index + 1);
      return this.rule(command, direction, index);
    };
    const link = new ProxyLink(client, connect(this.targetPort, '127.0.0.1'), judge, () => this.links.delete(link));
    this.links.add(link);
    if (this.frozen) link.freeze();
  }
}
