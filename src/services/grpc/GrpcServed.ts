import type { GrpcErrorDescription } from './GrpcErrorReply.js';
import type { GrpcExchange } from './GrpcExchange.js';

/** Answers an exchange, now or later. What it throws is answered as an error. */
export type GrpcMethod = (exchange: GrpcExchange) => void;

/** One service of a proto, and what answers its methods. */
export interface GrpcServed {
  /** With its package: `sessions_v1.Sessions`. */
  readonly name: string;
  /** Its file in `protos/`. */
  readonly proto: string;
  /** By name; those of the proto that are not here are UNIMPLEMENTED. */
  readonly methods: Readonly<Record<string, GrpcMethod>>;
  /** The reply of any of its methods that holds this error. */
  readonly errorReply: (error: GrpcErrorDescription) => object;
}
