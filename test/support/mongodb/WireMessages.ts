const HEADER_SIZE = 16;
const OP_QUERY = 2004;
const OP_MSG = 2013;

/** One message of MongoDB's wire protocol, whole. */
export type WireMessage = Buffer;

/** Makes messages of the bytes of a connection, each of which begins with its length. */
export class WireMessages {
  private rest: Buffer = Buffer.alloc(0);

  /** The messages that these bytes complete. */
  push(bytes: Buffer): WireMessage[] {
    this.rest = Buffer.concat([this.rest, bytes]);
    const messages: WireMessage[] = [];
    while (this.rest.length >= HEADER_SIZE && this.rest.length >= this.rest.readInt32LE(0)) {
      const length = Math.max(this.rest.readInt32LE(0), HEADER_SIZE);
      messages.push(this.rest.subarray(0, length));
      this.rest = this.rest.subarray(length);
    }
    return messages;
  }
}

export function requestId(message: WireMessage): number {
  return message.readInt32LE(4);
}

/** The id of the request that this message answers. */
export function responseTo(message: WireMessage): number {
  return message.readInt32LE(8);
}

/** The name of the command that a request gives: the first key of its document. `` for what is no command. */
export function commandOf(message: WireMessage): string {
  const start = documentOf(message);
  // The document begins with its length, and its first value with the type.
  const end = start === undefined ? -1 : message.indexOf(0, start + 5);
  if (start === undefined || end < 0) return '';
  return message.toString('utf8', start + 5, end);
}

function documentOf(message: WireMessage): number | undefined {
  switch (message.readInt32LE(12)) {
    case OP_MSG:
      return sectionOfCommand(message, HEADER_SIZE + 4);
    case OP_QUERY:
      // Flags, the name of the collection, how many to skip and to answer.
      return message.indexOf(0, HEADER_SIZE + 4) + 1 + 8;
    default:
      return undefined;
  }
}

/** Sequences of documents may stand before it. */
function sectionOfCommand(message: WireMessage, first: number): number | undefined {
  let at = first;
  while (at + 5 <= message.length) {
    if (message[at] === 0) return at + 1;
    at += 1 + message.readInt32LE(at + 1);
  }
  return undefined;
}
