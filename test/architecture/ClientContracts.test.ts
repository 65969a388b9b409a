import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { OperationName } from 'service-sessions-client';
import * as surface from 'service-sessions-client';
import type { OPERATIONS } from '../../src/logic/SessionOperations.js';
import { ROOT } from '../support/ServiceProcess.js';
import { textOf } from '../support/Sources.js';

/** It stores nothing, and a suite of its own says what it does instead of each promise. */
const WITHOUT_CONTRACT = ['Null'];

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Does not compile when the service has an operation that the client has not, or the other way round. */
const sameOperations: Same<keyof typeof OPERATIONS, OperationName> = true;

describe('Every client', () => {
  const { SessionsCommandableHttpClientV1, SessionsHttpClientV1, ...others } = surface;
  const names = Object.keys({ SessionsHttpClientV1, ...others }).flatMap((name) => {
    const [, kind] = /^Sessions(\w+)ClientV1$/.exec(name) ?? [];
    return kind === undefined ? [] : [kind];
  });

  it('is tested with the contract of the API, or says what it does instead', () => {
    expect(SessionsCommandableHttpClientV1).to.equal(SessionsHttpClientV1);
    expect(names.sort()).to.deep.equal(['Direct', 'Http', 'Mock', 'Null']);
    for (const kind of names) {
      const path = `test/client/contract/${kind}Client.test.ts`;
      expect(existsSync(join(ROOT, path)), path).to.equal(true);
      expect(textOf(path).includes('sessionsApiContract('), path).to.equal(!WITHOUT_CONTRACT.includes(kind));
    }
  });

  it('has a method for every operation of the service', () => {
    expect(sameOperations).to.equal(true);
  });
});
