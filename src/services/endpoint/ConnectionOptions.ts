import { ConfigParams } from 'pip-services3-commons-nodex';
import { configError, type OptionTable } from '../../toolkit/Options.js';

/** Where an endpoint listens, and with which certificate. */
export const CONNECTION_OPTIONS = {
  'connection.protocol': {
    type: 'text',
    default: 'http',
    values: ['http', 'https'],
    doc: 'https needs the two files of `credential`.',
  },
  'connection.host': { type: 'text', default: '0.0.0.0', doc: 'The address to listen on.' },
  'connection.port': {
    type: 'integer',
    default: 8080,
    min: 0,
    max: 65_535,
    doc: 'The port to listen on; 0 = any that is free.',
  },
  'connection.uri': { type: 'text', default: undefined, doc: 'Protocol, host and port in one: `http://0.0.0.0:8080`.' },
  'credential.ssl_key_file': { type: 'text', default: undefined, doc: 'The private key, PEM.' },
  'credential.ssl_crt_file': { type: 'text', default: undefined, doc: 'The certificate with its chain, PEM.' },
  'credential.ssl_ca_file': { type: 'ignored', default: undefined, doc: 'Older key without effect.' },
} as const satisfies OptionTable;

/** Keys that configurations of the older service hold. */
export const OLDER_ENDPOINT_OPTIONS = {
  'connections.*': { type: 'ignored', default: undefined, doc: 'The older form of `connection`, with one entry.' },
  'credentials.*': { type: 'ignored', default: undefined, doc: 'The older form of `credential`, with one entry.' },
  'options.maintenance_enabled': { type: 'ignored', default: undefined, doc: 'Older key without effect.' },
  'options.file_max_size': { type: 'ignored', default: undefined, doc: 'Older key without effect.' },
  'options.protocol_upgrade_enabled': { type: 'ignored', default: undefined, doc: 'Older key without effect.' },
} as const satisfies OptionTable;

/**
 * The toolkit's other forms of a connection as the one that the option table has: one numbered or named entry of
 * `connections` and `credentials`. A uri becomes protocol, host and port.
 */
export function normalConnection(component: string, config: ConfigParams): ConfigParams {
  const normal = new ConfigParams();
  const entries = new Map<string, string>();
  for (const key of config.getKeys()) {
    const [section = '', entry = '', ...rest] = key.split('.');
    if ((section !== 'connections' && section !== 'credentials') || rest.length === 0) {
      normal.put(key, config.getAsNullableString(key));
      continue;
    }
    if ((entries.get(section) ?? entry) !== entry) {
      throw configError(
        'INVALID_OPTION',
        `${component}: ${section} has several entries but must have one: an endpoint listens once`,
      );
    }
    entries.set(section, entry);
    normal.put(`${section.slice(0, -1)}.${rest.join('.')}`, config.getAsNullableString(key));
  }
  putUri(component, normal);
  return normal;
}

function putUri(component: string, config: ConfigParams): void {
  const uri = config.getAsNullableString('connection.uri');
  if (uri === null || uri === undefined || uri === '') return;
  const url = URL.canParse(uri) ? new URL(uri) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw configError(
      'INVALID_OPTION',
      `${component}: connection.uri is "${uri}" but must be such as http://0.0.0.0:8080`,
    );
  }
  config.put('connection.protocol', url.protocol.slice(0, -1));
  config.put('connection.host', url.hostname.replace(/^\[|\]$/g, ''));
  config.put('connection.port', url.port || (url.protocol === 'https:' ? '443' : '80'));
}
