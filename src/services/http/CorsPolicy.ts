import type { IncomingMessage } from 'node:http';

/** Headers that callers of any service may send. */
const ALLOWED_HEADERS = ['content-type', 'correlation_id'];
const ANY_ORIGIN = ['access-control-allow-origin', '*'];
/** Seconds that a browser may keep the answer to a preflight. */
const MAX_AGE = '600';

/** Which pages of other origins may call: all, unless configured otherwise; never with credentials. */
export class CorsPolicy {
  private readonly headers = new Set(ALLOWED_HEADERS);
  private readonly origins: ReadonlySet<string> | null;

  /** @param origins separated by commas; empty or `*` = any. */
  constructor(origins = '') {
    const listed = list(origins);
    this.origins = listed.length === 0 || listed.includes('*') ? null : new Set(listed);
  }

  /** Adds request headers that a service needs, separated by commas. */
  allowHeaders(names: string): void {
    for (const name of list(names.toLowerCase())) this.headers.add(name);
  }

  /** The headers of an answer to this request, or to one that never became one: name, value, name, value ... */
  headersFor(request: IncomingMessage | null): readonly string[] {
    if (this.origins === null) return ANY_ORIGIN;
    const origin = request?.headers.origin;
    const allowed = origin !== undefined && this.origins.has(origin);
    return allowed ? ['access-control-allow-origin', origin, 'vary', 'origin'] : ['vary', 'origin'];
  }

  /** Whether the page that makes this request may; one that comes from no page may. For what no browser asks leave for. */
  allows(request: IncomingMessage): boolean {
    const { origin } = request.headers;
    return this.origins === null || origin === undefined || this.origins.has(origin);
  }

  /** What the answer to a preflight says besides. */
  preflightHeaders(methods: string): string[] {
    return [
      'access-control-allow-methods',
      methods,
      'access-control-allow-headers',
      [...this.headers].join(', '),
      'access-control-max-age',
      MAX_AGE,
    ];
  }
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
