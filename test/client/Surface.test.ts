import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect } from 'chai';
import { declaredNames } from '../support/Declarations.js';
import { ROOT } from '../support/ServiceProcess.js';

const NAME = 'service-sessions-client';
const load = createRequire(import.meta.url);

/** What one sub-path gives: values by import and by require, types to compilers. */
interface Surface {
  values: string[];
  types: string[];
}

const MAIN: Surface = {
  values: [
    'NearCache',
    'SessionsClientError',
    'SessionsCommandableHttpClientV1',
    'SessionsDirectClientV1',
    'SessionsHttpClientV1',
    'SessionsMockClientV1',
    'SessionsNullClientV1',
  ],
  types: [
    'CallOptionsV1',
    'ClientClock',
    'ClientErrorCode',
    'ClientTimers',
    'CloseReasonV1',
    'ContentV1',
    'ExpireBasisV1',
    'FilterParamsV1',
    'HttpClientSurroundings',
    'ISessionsClientV1',
    'JsonValue',
    'NearCacheOptions',
    'NextCall',
    'OpenSessionV1',
    'OperationName',
    'PatchOptionsV1',
    'ReferencesV1',
    'ServiceErrorCode',
    'SessionEventListenerV1',
    'SessionEventTypeV1',
    'SessionEventV1',
    'SessionV1',
    'SessionsCall',
    'SessionsClientErrorCode',
    'SessionsControllerV1',
    'SessionsFilterV1',
    'SessionsMockOptionsV1',
    'SessionsPageV1',
    'SessionsPagingV1',
    'StoreOptionsV1',
    'UpdateUserOptionsV1',
  ],
};

/** File of the entry -> what it gives. */
const SURFACES: Record<string, Surface> = {
  index: MAIN,
  browser: MAIN,
  express: {
    values: ['sessions'],
    types: [
      'RegenerateV1',
      'RequestSession',
      'SessionContentV1',
      'SessionCookieOptions',
      'SessionData',
      'SessionUser',
      'SessionsExpressMiddleware',
      'SessionsExpressRequest',
      'SessionsExpressResponse',
      'SessionsOptions',
      'SessionsRequest',
    ],
  },
  fastify: {
    values: ['sessions'],
    types: [
      'RegenerateV1',
      'RequestSession',
      'SessionContentV1',
      'SessionCookieOptions',
      'SessionData',
      'SessionUser',
      'SessionsOptions',
      'SessionsRequest',
    ],
  },
  'express-session': {
    values: ['SessionsStore'],
    types: ['ListedSession', 'SessionsStoreOptions', 'SessionsStoreUser', 'StoreCallback'],
  },
  grpc: { values: ['SessionsCommandableGrpcClientV1', 'SessionsGrpcClientV1'], types: [] },
  factory: { values: ['SessionsClientFactory'], types: [] },
  sessman: { values: ['Session', 'SessmanError'], types: ['SessionOptions', 'SessmanAnswer'] },
};

const pathOf = (entry: string): string => (entry === 'index' ? NAME : `${NAME}/${entry}`);
const built = (...parts: string[]): string => join(ROOT, 'client', 'dist', ...parts);

/** What only the compilation to CommonJS adds. */
const namesOf = (module: object): string[] =>
  Object.keys(module)
    .filter((name) => name !== '__esModule')
    .sort();

describe('The public surface of the client', () => {
  for (const [entry, { values, types }] of Object.entries(SURFACES)) {
    it(`has these values in ${entry}, by import and by require`, async () => {
      const isInside = entry === 'browser';
      const imported = (await import(isInside ? built('esm', 'browser.js') : pathOf(entry))) as object;
      expect(namesOf(imported)).to.deep.equal(values);
      expect(namesOf(load(isInside ? built('cjs', 'browser.js') : pathOf(entry)))).to.deep.equal(values);
    });

    it(`has these types in ${entry}, for both`, () => {
      for (const format of ['esm', 'cjs']) {
        const declared = declaredNames(built(format, `${entry}.d.ts`));
        expect(declared, format).to.deep.equal([...new Set([...values, ...types])].sort());
      }
    });
  }

  it('knows its errors across both copies of the package in one process', async () => {
    const { SessionsClientError: Imported } = await import(NAME);
    const { SessionsClientError: Required } = load(NAME);
    expect(Imported).to.not.equal(Required);
    expect(new Required({ code: 'TIMEOUT', message: 'late' })).to.be.instanceOf(Imported);
    expect(new Imported({ code: 'TIMEOUT', message: 'late' })).to.be.instanceOf(Required);
    expect(new Error('late')).to.not.be.instanceOf(Imported);
  });
});
