import { isAscii, isUtf8 } from 'node:buffer';
import type { MessageTypeDefinition, PackageDefinition } from '@grpc/proto-loader';

/** The wire types of protobuf. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const GROUP = 3;
const GROUP_END = 4;
const FIXED32 = 5;
const LONGEST_VARINT = 10;
const LARGEST_TAG = 0xff_ff_ff_ff;
/** As deep as the readers of protobuf go; protos of today have no groups, but a field that is not known may be one. */
const DEEPEST_GROUP = 100;

/** A field as it is on the wire. */
interface WireField {
  name: string;
  wireType: number;
  isText: boolean;
  /** Of a message: its own fields. */
  message: WireFields | undefined;
}

/** The fields of a message by number. */
export type WireFields = ReadonlyMap<number, WireField>;

/** The parts of a descriptor that are looked at. */
interface MessageDescriptor {
  field: { name: string; number: number; type: string; typeName: string }[];
  nestedType: (MessageDescriptor & { name: string })[];
}

/** How a message is on the wire; `group` is the package that names without one are of. */
export function wireFields(definition: PackageDefinition, group: string, message: object): WireFields {
  const { field: fields, nestedType } = message as MessageDescriptor;
  return new Map(
    fields.map(({ name, number, type, typeName }) => {
      const nested = nestedType.find((candidate) => candidate.name === typeName);
      const other = definition[`${group}.${typeName}`] as MessageTypeDefinition<object, object> | undefined;
      const inner = type === 'TYPE_MESSAGE' ? (nested ?? other?.type) : undefined;
      const field: WireField = {
        name,
        wireType: inner !== undefined || type === 'TYPE_STRING' ? LENGTH : VARINT,
        isText: type === 'TYPE_STRING',
        message: inner && wireFields(definition, group, inner),
      };
      return [number, field];
    }),
  );
}

/** What is wrong with a message: the field with text that is no UTF-8, or null where it cannot be read at all. */
export interface WireFault {
  field: string | null;
}

const UNREADABLE: WireFault = { field: null };

/**
 * What is wrong with a message; null for nothing. The library takes what is cut off, fields of another type, and text that is no
 * UTF-8, which it makes other text of: two ids would become the same.
 */
export function wireFault(bytes: Buffer, fields: WireFields): WireFault | null {
  return new WireReader(bytes, isAscii(bytes)).faultOf(bytes.length, fields);
}

class WireReader {
  private at = 0;

  constructor(
    private readonly bytes: Buffer,
    /** True: no text needs to be looked at. */
    private readonly isAscii: boolean,
  ) {}

  /** Reads a message that goes to `end`. */
  faultOf(end: number, fields: WireFields): WireFault | null {
    while (this.at < end) {
      const tag = this.varint(end);
      const field = fields.get(Math.floor(tag / 8));
      const wireType = tag % 8;
      // The library takes the lower 32 bits of a tag: what is not known here would be a known field there.
      if (tag < 8 || tag > LARGEST_TAG || (field !== undefined && field.wireType !== wireType)) return UNREADABLE;
      const fault = wireType === GROUP ? this.group(tag, end) : this.skip(wireType, end, field);
      if (fault !== null) return fault;
    }
    return null;
  }

  private skip(wireType: number, end: number, field: WireField | undefined): WireFault | null {
    switch (wireType) {
      case VARINT:
        return this.varint(end) < 0 ? UNREADABLE : null;
      case FIXED64:
        this.at += 8;
        break;
      case FIXED32:
        this.at += 4;
        break;
      case LENGTH:
        return this.content(end, field);
      default:
        return UNREADABLE;
    }
    return this.at > end ? UNREADABLE : null;
  }

  /** Skips groups, to the end of the one that has this tag. */
  private group(tag: number, end: number): WireFault | null {
    const open = [tag];
    while (open.length > 0) {
      const next = this.varint(end);
      const wireType = next % 8;
      if (next < 8 || next > LARGEST_TAG || open.length > DEEPEST_GROUP) return UNREADABLE;
      if (wireType === GROUP) open.push(next);
      else if (wireType === GROUP_END) {
        if (open.pop() !== next - 1) return UNREADABLE;
      } else if (this.skip(wireType, end, undefined) !== null) return UNREADABLE;
    }
    return null;
  }

  private content(end: number, field: WireField | undefined): WireFault | null {
    const length = this.varint(end);
    const last = this.at + length;
    if (length < 0 || last > end) return UNREADABLE;
    if (field?.message !== undefined) {
      const fault = this.faultOf(last, field.message);
      return fault?.field ? { field: field.name } : fault;
    }
    const isWrong = field?.isText && !this.isAscii && !isUtf8(this.bytes.subarray(this.at, last));
    this.at = last;
    return isWrong ? { field: field.name } : null;
  }

  /** Beyond what 53 bits count it is not exact, which no tag and no length is. -1 where it does not end. */
  private varint(end: number): number {
    let value = 0;
    for (let i = 0, unit = 1; i < LONGEST_VARINT && this.at < end; i++, unit *= 128) {
      const byte = this.bytes[this.at++] as number;
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
    }
    return -1;
  }
}
