import { type ConfigTable, type ConfigValues, readConfig } from '../config/ClientConfig.js';
import { REMOTE_CLIENT_CONFIG } from '../remote/RemoteClientConfig.js';

const PLACES = ['query', 'headers', 'both'] as const;

/** What the HTTP client takes. */
export const HTTP_CLIENT_CONFIG = {
  ...REMOTE_CLIENT_CONFIG,
  base_route: { type: 'text', default: 'v1/sessions', doc: 'Where the operations are, below the address.' },
  'options.max_connections': { type: 'integer', default: 64, min: 1, max: 65_535, doc: 'Calls beyond it wait.' },
  'options.correlation_id_place': {
    type: 'text',
    default: undefined,
    values: PLACES,
    doc: 'Where it travels; `query`.',
  },
  'options.correlation_id': { type: 'text', default: undefined, values: PLACES, doc: 'The older name of the same.' },
} as const satisfies ConfigTable;

export interface HttpClientOptions {
  readonly values: ConfigValues<typeof HTTP_CLIENT_CONFIG>;
  readonly correlationIdPlace: 'query' | 'headers' | 'both';
}

/** Reads and judges a configuration; throws INVALID_CONFIG. */
export function readHttpClientConfig(config: unknown): HttpClientOptions {
  const values = readConfig('sessions client', HTTP_CLIENT_CONFIG, config);
  return {
    values,
    correlationIdPlace: (values['options.correlation_id_place'] ??
      values['options.correlation_id'] ??
      'query') as HttpClientOptions['correlationIdPlace'],
  };
}
