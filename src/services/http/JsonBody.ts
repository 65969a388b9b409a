import { isUtf8 } from 'node:buffer';

/** A JSON value, or a sentence that says why the body is none. */
export type ParsedBody = { value: unknown } | { fault: string };

/** The value that a body holds. JSON.parse takes any nesting, and makes keys such as `__proto__` plain members. */
export function parseValue(body: Buffer): ParsedBody {
  const text = body.toString();
  // What is no UTF-8 decodes to U+FFFD: only where there is one it has to be told from one that was sent.
  if (text.includes('\ufffd') && !isUtf8(body)) return { fault: 'The body must be JSON in UTF-8' };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { fault: 'The body must be JSON' };
  }
}

/** The object that a body holds; an empty body is `{}`. A sentence where it holds none. */
export function parseArguments(body: Buffer): Record<string, unknown> | string {
  if (body.length === 0) return {};
  const parsed = parseValue(body);
  if ('fault' in parsed) return `${parsed.fault}, an object with the arguments`;
  const { value } = parsed;
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : 'The body must be a JSON object with the arguments';
}
