import type { JsonValue } from '../../src/toolkit/JsonValue.js';

export type Basis = 'last_access' | 'last_update' | 'created';

/** The controller's options, in milliseconds. */
export interface ModelPolicy {
  expire_timeout: number;
  expire_basis: Basis;
  max_lifetime: number;
  /** Null: not configured. */
  touch_interval: number | null;
  retention: number;
}

export interface OpenArguments {
  id: string;
  user_id: string;
  service: string | undefined;
  expire_timeout: number | undefined;
  expire_basis: Basis | undefined;
  data: JsonValue | undefined;
}

export interface WriteArguments {
  version: number | undefined;
  data?: JsonValue;
  patch?: JsonValue;
  user?: JsonValue;
  user_id?: string | undefined;
  expire_timeout?: number | undefined;
}

export interface ModelFilter {
  user_id?: string;
  service?: string;
  active?: boolean;
  from_time?: number;
  to_time?: number;
}

/** What an operation is to answer, or the code of the error it is to end with. */
export type Outcome<T> = { answer: T } | { code: string };
