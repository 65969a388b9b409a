import { expect } from 'chai';
import { OPERATIONS } from '../../src/logic/SessionOperations.js';
import type { ApiUnderTest } from '../contracts/ApiUnderTest.js';
import type { BadArguments } from '../contracts/BadArguments.js';
import type { ApiStore } from './ApiStores.js';

import { commandableGrpcConnection, grpcConnection } from './GrpcConnections.js';
import { GrpcTestServer } from './GrpcTestServer.js';
import { requestKinds } from './ProtoTypes.js';
import { type ApiConnection, connected, servedApi } from './ServedApi.js';

/** The controller behind the typed gRPC service, by its protos alone. */
export function grpcApi(store: () => ApiStore): ApiUnderTest {
  // A request is a message: there is no other one that could come in its place.
  return grpcServed(store, grpcConnection, { hasMethods: true, cannotSay, cannot: CANNOT });
}

/** The controller behind the commandable gRPC service. */
export function commandableGrpcApi(store: () => ApiStore): ApiUnderTest {
  return grpcServed(store, commandableGrpcConnection);
}

function grpcServed(
  store: () => ApiStore,
  connectionTo: (port: number) => ApiConnection,
  about: Partial<ApiUnderTest> = {},
): ApiUnderTest {
  return servedApi(store, (controller) => connected(GrpcTestServer.start(controller), connectionTo), about);
}

/** What the types of the fields exclude, and missing content, which is null. */
function cannotSay({ operation, argument, value, title }: BadArguments): boolean {
  const { contents } = OPERATIONS[operation as keyof typeof OPERATIONS];
  if (contents.includes(argument)) return value === undefined;
  if (value === undefined || value === 'null') return false;
  switch (requestKinds(operation)[argument]) {
    case 'text':
      // Texts are UTF-8.
      return /surrogate/.test(title) || !value.startsWith('"');
    case 'integer':
      return !/^-?\d+$/.test(value);
    case 'texts':
      return !isMapOf(value, (member) => typeof member === 'string');
    default:
      return !isMapOf(value, (member, key) => key === 'user_id' || Number.isInteger(member));
  }
}

const CANNOT: Required<ApiUnderTest>['cannot'] = {
  A49: {
    why: 'content that is not set is null',
    async instead(caller) {
      for (const [operation, field] of [
        ['store_session_data', 'data'],
        ['patch_session_data', 'data'],
        ['update_session_user', 'user'],
      ] as const) {
        const { id } = await caller.open({ user: 1, data: 1 });
        for (const args of [{}, { [field]: null }]) {
          expect(await caller.call(operation, { session_id: id, ...args })).to.include({ [field]: null });
        }
      }
    },
  },
  A63: {
    why: 'a take of 0 is one that is not set',
    async instead(caller) {
      await Promise.all(Array.from({ length: 120 }, () => caller.open()));
      for (const paging of [null, {}, { skip: 0 }, { take: 0 }, { take: 101 }]) {
        expect((await caller.list(null, paging)).data, JSON.stringify(paging)).to.have.length(100);
      }
      expect((await caller.list(null, { skip: 100, take: 100 })).data).to.have.length(20);
    },
  },
};

function isMapOf(json: string, isFit: (member: unknown, key: string) => boolean): boolean {
  const map: unknown = JSON.parse(json);
  if (typeof map !== 'object' || map === null || Array.isArray(map)) return false;
  return Object.entries(map).every(([key, member]) => isFit(member, key));
}
