import type { MessageTypeDefinition, ServiceDefinition } from '@grpc/proto-loader';
import { GRPC_PROTOS } from './GrpcCaller.js';

/** What a field of a request takes, of which argument. */
export type FieldKind = 'text' | 'integer' | 'texts' | 'message';

interface Field {
  name: string;
  type: string;
  typeName: string;
  label: string;
}

const KINDS: Record<string, FieldKind> = { TYPE_STRING: 'text', TYPE_INT64: 'integer', TYPE_INT32: 'integer' };

/** The methods of a service of the protos. */
export function methodsOf(service: string): ServiceDefinition {
  return GRPC_PROTOS[service] as ServiceDefinition;
}

/** The fields of a message of `sessions_v1`, by name. */
export function fieldsOf(message: string): Record<string, Field> {
  return fieldsByName(GRPC_PROTOS[`sessions_v1.${message}`] as MessageTypeDefinition<object, object>);
}

/** The kinds of the fields of the request of an operation, by name. */
export function requestKinds(operation: string): Record<string, FieldKind> {
  const method = methodsOf('sessions_v1.Sessions')[operation];
  if (method === undefined) throw new Error(`The protos have no ${operation}`);
  const fields = Object.values(fieldsByName(method.requestType));
  return Object.fromEntries(fields.map((field) => [field.name, kindOf(field)]));
}

function kindOf({ type, label }: Field): FieldKind {
  // A map is a list of entries.
  return KINDS[type] ?? (label === 'LABEL_REPEATED' ? 'texts' : 'message');
}

function fieldsByName(definition: MessageTypeDefinition<object, object>): Record<string, Field> {
  const { field } = definition.type as { field: Field[] };
  return Object.fromEntries(field.map((one) => [one.name, one]));
}
