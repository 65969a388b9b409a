import { isUtf8 } from 'node:buffer';

/**
 * The object that a body holds; an empty body is `{}`. A sentence where it holds none. JSON.parse takes any nesting, and
 * makes keys such as `__proto__` plain members.
 */
export function parseArguments(body: Buffer): Record<string, unknown> | string {
  if (body.length === 0) return {};
  const text = body.toString();
  // What is no UTF-8 decodes to U+FFFD: only where there is one it has to be told from one that was sent.
  if (text.includes('\ufffd') && !isUtf8(body)) return 'The body must be JSON in UTF-8';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'The body must be JSON: one object with the arguments';
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : 'The body must be a JSON object with the arguments';
}
