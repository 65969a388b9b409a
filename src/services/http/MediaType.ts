import type { IncomingHttpHeaders } from 'node:http';

const JSON_TYPE = /^application\/(?:json|[\w.!#$&^+-]+\+json)$/;
const UTF8 = /^(?:utf-?8|us-ascii)$/;

/** Whether a body with these headers may be read as JSON. A missing content type counts as JSON; a compressed body does not. */
export function isJson(headers: IncomingHttpHeaders): boolean {
  const type = headers['content-type'];
  const coding = headers['content-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'identity') return false;
  return type === undefined || type === 'application/json' || readsAsJson(type);
}

function readsAsJson(type: string): boolean {
  const [essence = '', ...parameters] = type.toLowerCase().split(';');
  if (essence.trim() !== '' && !JSON_TYPE.test(essence.trim())) return false;
  return parameters.every((parameter) => {
    const [name = '', value = ''] = parameter.split('=');
    return name.trim() !== 'charset' || UTF8.test(value.trim().replaceAll('"', ''));
  });
}
