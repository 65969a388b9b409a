import { readFileSync } from 'node:fs';
import { ConfigParams, Descriptor } from 'pip-services3-commons-nodex';
import { YamlConfigReader } from 'pip-services3-components-nodex';
import { ComponentConfig } from 'pip-services3-container-nodex';
import { configError } from '../toolkit/Options.js';

/**
 * The components that a configuration file lists, its template filled in, in the order of the file. Empty values are left
 * out. Throws a ConfigException that names the file and what is wrong with it.
 */
export function readConfigFile(path: string, parameters: ConfigParams): ComponentConfig[] {
  const content = readTemplate(path, parameters);
  if (!Array.isArray(content)) throw configError('BAD_CONFIG', `${path} must hold a list of components`);
  const seen = new Set<string>();
  return content.map((item, index) => {
    const component = readComponent(path, index + 1, item);
    const descriptor = component.descriptor.toString();
    if (seen.has(descriptor)) throw configError('BAD_CONFIG', `${path}: ${descriptor} is there twice; give one a name`);
    seen.add(descriptor);
    return component;
  });
}

function readTemplate(path: string, parameters: ConfigParams): unknown {
  try {
    readFileSync(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read';
    throw configError('NO_CONFIG', `configuration file ${path} ${reason}`);
  }
  try {
    return YamlConfigReader.readObject('', path, parameters);
  } catch (error) {
    const cause = String((error as Error).cause).split('\n', 1)[0] ?? '';
    // This is how the template reader fails at a section without an end.
    const reason = cause.startsWith('Cannot read properties') ? 'a section of its template is not closed' : cause;
    throw configError('BAD_CONFIG', `${path} cannot be understood: ${reason}`);
  }
}

function readComponent(path: string, position: number, item: unknown): ComponentConfig {
  const where = `${path}: component ${position}`;
  if (!isObject(item)) throw configError('BAD_CONFIG', `${where} must be a set of keys and values with a descriptor`);
  const { descriptor } = item;
  if (typeof descriptor !== 'string') throw configError('BAD_CONFIG', `${where} has no descriptor`);
  const parts = descriptor.split(':').map((part) => part.trim());
  if (parts.length !== 5 || parts.includes('') || parts.includes('*')) {
    throw configError(
      'BAD_CONFIG',
      `${where}: descriptor "${descriptor}" must have the form group:type:kind:name:version`,
    );
  }
  const config = new ConfigParams();
  for (const [key, value] of flatten(item, '')) {
    if (key in ConfigParams.prototype) throw configError('UNKNOWN_OPTION', `${where}: unknown option "${key}"`);
    config.put(key, value);
  }
  return new ComponentConfig(Descriptor.fromString(descriptor), undefined, config);
}

/** `{a: {b: 1}}` -> `a.b` = 1, as the toolkit does, which however drops keys that begin with `_`. */
function* flatten(value: object, prefix: string): Generator<[string, unknown]> {
  for (const [key, member] of Object.entries(value)) {
    if (member === null || member === undefined || member === '') continue;
    if (isObject(member) || Array.isArray(member)) yield* flatten(member, `${prefix}${key}.`);
    else yield [prefix + key, member];
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
