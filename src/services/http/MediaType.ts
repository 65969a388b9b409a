import type { IncomingHttpHeaders } from 'node:http';

const JSON_TYPE = /^application\/(?:json|[\w.!#$&^+-]+\+json)$/;
const PATCH_TYPE = /^application\/(?:json|merge-patch\+json)$/;
const UTF8 = /^(?:utf-?8|us-ascii)$/;
const FORM_TYPE = /^(?:application\/x-www-form-urlencoded|text\/plain)$/;

/** Whether a body with these headers may be read as JSON. A missing content type counts as JSON; a compressed body does not. */
export function isJson(headers: IncomingHttpHeaders): boolean {
  const type = headers['content-type'];
  if (isCompressed(headers)) return false;
  return type === undefined || type === 'application/json' || reads(type, JSON_TYPE);
}

/** Whether a body with these headers may be read as a JSON Merge Patch: other patches, such as `json-patch+json`, mean something else. */
export function isMergePatch(headers: IncomingHttpHeaders): boolean {
  const type = headers['content-type'];
  return !isCompressed(headers) && (type === undefined || reads(type, PATCH_TYPE));
}

/** Whether a body with these headers may be read as a form. A missing content type counts as one; a compressed body does not. */
export function isForm(headers: IncomingHttpHeaders): boolean {
  const type = headers['content-type'];
  return !isCompressed(headers) && (type === undefined || reads(type, FORM_TYPE));
}

function isCompressed(headers: IncomingHttpHeaders): boolean {
  const coding = headers['content-encoding'];
  return coding !== undefined && coding.toLowerCase() !== 'identity';
}

function reads(type: string, wanted: RegExp): boolean {
  const [essence = '', ...parameters] = type.toLowerCase().split(';');
  if (essence.trim() !== '' && !wanted.test(essence.trim())) return false;
  return parameters.every((parameter) => {
    const [name = '', value = ''] = parameter.split('=');
    return name.trim() !== 'charset' || UTF8.test(value.trim().replaceAll('"', ''));
  });
}
