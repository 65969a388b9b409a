import { writeFileSync } from 'node:fs';

/** Options of the persistence as they stand in a configuration, by their whole names. */
export type MongoConfig = Record<string, string | number>;

/** Writes the configuration of a service over MongoDB, with all that operators ask, on free ports; answers its arguments. */
export function mongoServiceArguments(path: string, config: MongoConfig): string[] {
  const descriptor = 'service-sessions:persistence:mongodb:default:1.0';
  const components = [
    { descriptor: 'pip-services:context-info:default:default:1.0', name: 'service-sessions' },
    { descriptor: 'pip-services:logger:console:default:1.0', level: 'trace' },
    { descriptor, ...nested(config) },
    { descriptor: 'service-sessions:controller:default:default:1.0' },
    {
      descriptor: 'pip-services:endpoint:http:default:1.0',
      connection: { protocol: 'http', host: '127.0.0.1', port: 0 },
    },
    { descriptor: 'service-sessions:service:commandable-http:default:1.0' },
    { descriptor: 'pip-services:heartbeat-service:http:default:1.0' },
    { descriptor: 'pip-services:status-service:http:default:1.0' },
  ];
  // JSON is YAML.
  writeFileSync(path, JSON.stringify(components));
  return ['-c', path];
}

function nested(config: MongoConfig): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(config)) {
    const [first = '', second] = name.split(/\.(.*)/);
    if (second === undefined) tree[first] = value;
    else tree[first] = { ...(tree[first] as object), [second]: value };
  }
  return tree;
}
