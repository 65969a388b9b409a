import { expect } from 'chai';
import * as surface from '../../src/index.js';
import { textOf } from '../support/Sources.js';

describe('The public surface', () => {
  it('has these values', () => {
    expect(Object.keys(surface).sort()).to.deep.equal([
      'SessionsController',
      'SessionsFilePersistence',
      'SessionsMemoryPersistence',
      'SessionsMongoDbPersistence',
      'SessionsProcess',
      'SessionsServiceFactory',
    ]);
  });

  it('has these types', () => {
    const types = [...textOf('src/index.ts').matchAll(/^export type (.+) from/gm)].map(([, what]) => what);
    expect(types).to.deep.equal([
      '{ SessionErrorCode }',
      '*',
      '*',
      '{ FilterV1, ISessionsController, PagingV1 }',
      '*',
      '{ JsonValue }',
    ]);
  });

  it('is what the package leads to', () => {
    const { main, types, exports } = JSON.parse(textOf('package.json')) as Record<string, unknown>;
    expect(main).to.equal('./dist/src/index.js');
    expect(types).to.equal('./dist/src/index.d.ts');
    expect(exports).to.deep.include({ '.': { types, default: main } });
  });
});
