import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect } from 'chai';
import { SessionsClientError, SessionsHttpClientV1 } from 'service-sessions-client';
import { ROOT } from '../support/ServiceProcess.js';
import { textOf } from '../support/Sources.js';

const text = textOf('client/README.md');
const load = createRequire(import.meta.url);

/** Taken so that configurations of the older client pass; nothing that a new one should name. */
const OLDER_KEYS = [
  'credential.internal_network',
  'credential.ssl_crt_file',
  'credential.ssl_key_file',
  'options.correlation_id',
];

describe('The README of the client', () => {
  it('names every key of the configuration, and no other', () => {
    expect(documentedKeys().sort()).to.deep.equal(
      knownKeys()
        .filter((key) => !OLDER_KEYS.includes(key))
        .sort(),
    );
    expect(knownKeys()).to.include.members(OLDER_KEYS);
  });

  it('names every option that only the clients of gRPC have', () => {
    const [, section = ''] = /^## Over gRPC\n([\s\S]*?)^## /m.exec(text) ?? [];
    const documented = [...section.matchAll(/^\| `(options\.\w+)` \| `(\w+)`/gm)].map(([, key = '']) => key);
    const { SessionsGrpcClientV1 } = load('service-sessions-client/grpc');
    const own = knownKeys(SessionsGrpcClientV1).filter((key) => !knownKeys().includes(key));
    expect(documented.sort()).to.deep.equal(own.sort());
    expect(own).to.include('options.message_limit');
    const others = knownKeys().filter(
      (key) => !knownKeys(SessionsGrpcClientV1).includes(key) && !OLDER_KEYS.includes(key),
    );
    expect(others.filter((key) => !section.includes(`\`${key.replace('options.', '')}\``))).to.deep.equal([]);
  });

  it('names every code that the client adds to those of the service', () => {
    const [, codes = ''] = /ClientErrorCode =([^;]*);/.exec(textOf('client/src/version1/SessionsClientError.ts')) ?? [];
    const declared = [...codes.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code);
    expect(declared).to.include('UNREACHABLE');
    expect([...text.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code).sort()).to.deep.equal(declared.sort());
  });

  it('shows imports of what is there', () => {
    const imports = [...text.matchAll(/^import \{([^}]+)\} from '(service-sessions-client[^']*)';/gm)];
    expect(imports.length).to.be.greaterThan(4);
    for (const [, list = '', module = ''] of imports) {
      const values = list.split(',').filter((name) => !name.trim().startsWith('type '));
      expect(load(module), module).to.include.keys(values.map((name) => name.trim()));
    }
  });

  it('names what the package gives, and every example', () => {
    for (const name of text.match(/\bSessions\w+ClientV1\b/g) ?? []) {
      const entry = name.includes('Grpc') ? 'service-sessions-client/grpc' : 'service-sessions-client';
      if (name !== 'ISessionsClientV1') expect(load(entry)).to.include.keys(name);
    }
    for (const file of readdirSync(join(ROOT, 'client', 'examples')))
      expect(text).to.contain(`client/examples/${file}`);
  });
});

/** Keys as the table has them: the second and later ones of a line may leave out what they share with the first. */
function documentedKeys(): string[] {
  const [, section = ''] = /^## Configuration\n([\s\S]*?)^(?:## |\*\*)/m.exec(text) ?? [];
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.flatMap((row) => {
    const [, first = ''] = row.split('|');
    const [key = '', ...others] = [...first.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    const elsewhere = [...row.matchAll(/`(connection\.\w+)`/g)].map(([, name = '']) => name);
    return [...new Set([key, ...others.map((name) => key.replace(/\.\w+$/, name)), ...elsewhere])];
  });
}

/** As the client lists them where it meets one that it does not know. */
function knownKeys(type: new (config: object) => unknown = SessionsHttpClientV1): string[] {
  try {
    new type({ unheard_of: 1 });
  } catch (error) {
    if (error instanceof SessionsClientError) return error.message.replace(/^.*known are: /, '').split(', ');
  }
  throw new Error('The client takes unknown keys');
}
