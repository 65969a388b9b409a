import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { configError } from '../config/ClientConfig.js';

/** The certificates in PEM of `credential.ssl_ca_file`; throws INVALID_CONFIG where it holds none. */
export function certificatesOf(file: string): string {
  try {
    const ca = readFileSync(file, 'utf8');
    createSecureContext({ ca });
    if (!ca.includes('-----BEGIN')) throw new Error('it holds no certificate in PEM');
    return ca;
  } catch (cause) {
    const message = `sessions client: credential.ssl_ca_file ${JSON.stringify(file)} cannot be used: ${(cause as Error).message}`;
    throw configError(message, 'credential.ssl_ca_file', cause);
  }
}
