import type { AnyDefinition, MessageTypeDefinition, PackageDefinition } from '@grpc/proto-loader';
import type { GrpcLibrary } from './GrpcLibrary.js';

/** The parts of `descriptor.proto` that are looked at. */
interface FileDescriptor {
  messageType?: MessageDescriptor[];
}
interface MessageDescriptor {
  name: string;
  field?: FieldDescriptor[];
  nestedType?: MessageDescriptor[];
  oneofDecl?: { name: string }[];
  options?: { mapEntry?: boolean };
}
interface FieldDescriptor {
  name: string;
  typeName?: string;
  oneofIndex?: number;
  proto3Optional?: boolean;
}

/**
 * What reflection tells of the protos, as protoc would describe them. The library names the entries of a map otherwise, and
 * leaves out which fields are `optional`: tools in other languages refuse the former and show a `oneof` for the latter.
 */
export function reflectedProtos({ protoLoader }: GrpcLibrary, definition: PackageDefinition): PackageDefinition {
  const known = protoLoader.loadSync('google/protobuf/descriptor.proto');
  const file = known['google.protobuf.FileDescriptorProto'] as MessageTypeDefinition<object, object>;
  const corrected = new Map<Buffer, Buffer>();
  const correct = (bytes: Buffer): Buffer => {
    const found = corrected.get(bytes) ?? file.serialize(correctFile(file.deserialize(bytes)));
    corrected.set(bytes, found);
    return found;
  };
  const described = ([name, any]: [string, AnyDefinition]): [string, AnyDefinition] => {
    const { fileDescriptorProtos: files } = any;
    return Array.isArray(files)
      ? [name, { ...any, fileDescriptorProtos: files.map(correct) } as AnyDefinition]
      : [name, any];
  };
  return Object.fromEntries(Object.entries(definition).map(described));
}

function correctFile(file: FileDescriptor): object {
  for (const message of file.messageType ?? []) correctMessage(message);
  return file;
}

function correctMessage({ field = [], nestedType = [], oneofDecl = [] }: MessageDescriptor): void {
  for (const nested of nestedType) {
    if (nested.options?.mapEntry === true) renameEntry(nested, field);
    else correctMessage(nested);
  }
  for (const one of field) {
    if (one.oneofIndex !== undefined && oneofDecl[one.oneofIndex]?.name === `_${one.name}`) one.proto3Optional = true;
  }
}

/** Of a field `some_map` the entry is `SomeMapEntry`. */
function renameEntry(entry: MessageDescriptor, fields: readonly FieldDescriptor[]): void {
  const map = fields.find(({ typeName }) => typeName === entry.name);
  if (map === undefined) return;
  entry.name = `${map.name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Entry`;
  map.typeName = entry.name;
}
