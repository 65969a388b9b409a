import { cleanCorrelationId } from '../../toolkit/CorrelationId.js';

const AUTHORITY = /^https?:\/\/[^/?#]*/i;

/**
 * A request target as `/path?query`. Proxies send the absolute form `http://host/path` (RFC 9112 3.2.2); anything
 * else that is no path (`*`, `host:port`) stays as it is and matches nothing.
 */
export function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const path = target.replace(AUTHORITY, '');
  return path === target || path.startsWith('/') ? path : `/${path}`;
}

/** The decoded value of the first parameter of this name that has one; null for none. Never throws. */
export function queryValue(query: string, name: string): string | null {
  // Most queries do not have it: taking them apart costs more than to look.
  if (!query.includes(name)) return null;
  for (const pair of query.split('&')) {
    if (pair.startsWith(name) && pair.charAt(name.length) === '=' && pair.length > name.length + 1) {
      return decodeComponent(pair.slice(name.length + 1));
    }
  }
  return null;
}

/** The caller's correlation id: from the query string or, failing that, the header. It goes into log lines: one line, bounded. */
export function correlationIdOf(query: string, header: string | string[] | undefined): string | null {
  const given =
    (query === '' ? null : queryValue(query, 'correlation_id')) ?? (Array.isArray(header) ? header[0] : header);
  return cleanCorrelationId(given);
}

/** What cannot be decoded (`%`, `%zz`) stays as it is: a wrong correlation id is no reason to refuse a request. */
function decodeComponent(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
