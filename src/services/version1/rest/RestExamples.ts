/** A request and what it is answered, for documents. All of them are about one session, in the order in which they stand here. */
export interface RestExample {
  path?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string | number | boolean>>;
  body?: unknown;
  answer: unknown;
}

export const REST_EXAMPLES: Partial<Record<string, RestExample>> = {};
