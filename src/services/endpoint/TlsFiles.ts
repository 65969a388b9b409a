import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { configError } from '../../toolkit/Options.js';

/** The paths of PEM files. */
export interface TlsFileOptions {
  'credential.ssl_key_file': string | undefined;
  'credential.ssl_crt_file': string | undefined;
}

/** A private key and its certificate, PEM. */
export interface TlsFiles {
  key: Buffer;
  cert: Buffer;
}

/** Reads them; throws a ConfigException where they are missing or do not belong together. */
export function readTlsFiles(component: string, options: TlsFileOptions): TlsFiles {
  const key = readTlsFile(component, 'credential.ssl_key_file', options);
  const cert = readTlsFile(component, 'credential.ssl_crt_file', options);
  try {
    createSecureContext({ key, cert });
  } catch {
    throw configError(
      'INVALID_OPTION',
      `${component}: credential.ssl_key_file and credential.ssl_crt_file must be a PEM key and the certificate made for it`,
    );
  }
  return { key, cert };
}

function readTlsFile(component: string, option: keyof TlsFileOptions, options: TlsFileOptions): Buffer {
  const path = options[option];
  if (path === undefined)
    throw configError('INVALID_OPTION', `${component}: connection.protocol https needs ${option}`);
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw configError('INVALID_OPTION', `${component}: ${option} is "${path}", which cannot be read (${code})`);
  }
}
