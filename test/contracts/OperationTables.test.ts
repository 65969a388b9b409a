import { expect } from 'chai';
import { SESSION_OPERATIONS } from '../../src/logic/SessionOperations.js';
import { SessionsCommandSet } from '../../src/logic/SessionsCommandSet.js';
import { memoryStore } from '../support/ApiStores.js';
import { openController } from '../support/DirectApi.js';
import { EVERY_CLIENT, EVERY_METHOD } from '../support/EveryClient.js';
import { FakeClock } from '../support/FakeClock.js';
import { GrpcCaller } from '../support/GrpcCaller.js';
import { GrpcTestServer } from '../support/GrpcTestServer.js';
import { type FieldKind, fieldsOf, methodsOf, requestKinds } from '../support/ProtoTypes.js';
import { serveRest } from '../support/RestApi.js';
import { act, closeSeneca, type SenecaError, senecaClient, serveSeneca } from '../support/SenecaApi.js';
import { textOf } from '../support/Sources.js';
import { badArguments, OPERATIONS_WITH_BAD_ARGUMENTS } from './BadArguments.js';

const NAMES = SESSION_OPERATIONS.map(({ name }) => name).sort();
/** A name that a transport must not know, or what it says of the others shows nothing. */
const NO_OPERATION = 'renew_session';

interface Schema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
}

interface Document {
  paths: Record<string, Record<string, { operationId: string }>>;
  components: { schemas: Record<string, { properties: object }> };
}

/** The kind of field that carries an argument; content travels as JSON text. */
function fieldKind({ type, enum: choices, const: one, anyOf = [], properties }: Schema, argument: string): FieldKind {
  if (argument === 'filter') return 'texts';
  if (properties !== undefined) return 'message';
  if (type === 'integer') return 'integer';
  const kinds = new Set(anyOf.filter((kind) => kind.type !== 'null').map((kind) => fieldKind(kind, argument)));
  if (kinds.size > 0) return [...kinds][0] as FieldKind;
  expect(type === 'string' || choices !== undefined || one !== undefined || type === undefined, argument).to.equal(
    true,
  );
  return 'text';
}

function membersOf(argument: string): string[] {
  const schema = SESSION_OPERATIONS.map(({ input }) => (input.properties as Record<string, Schema>)[argument]).find(
    Boolean,
  );
  const map = schema?.anyOf?.find(({ properties }) => properties !== undefined);
  return Object.keys(map?.properties ?? {}).sort();
}

const sortedKeys = (object: object): string[] => Object.keys(object).sort();

describe('The operations of every transport', () => {
  /** Ends what a test has started. */
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  const newController = async () => {
    const store = memoryStore();
    const controller = await openController(await store.open(), {}, new FakeClock());
    ends.push(
      () => store.remove(),
      () => controller.close(null),
    );
    return controller;
  };
  const httpAddress = async (): Promise<string> => {
    const server = await serveRest(await newController());
    ends.push(() => server.close());
    return `http://127.0.0.1:${server.port}`;
  };
  /** Expects that each name is known, by what is answered to a call of it, and no other. */
  const expectKnown = async (isKnown: (name: string) => Promise<boolean>): Promise<void> => {
    for (const name of NAMES) expect(await isKnown(name), name).to.equal(true);
    for (const name of [NO_OPERATION, '', 'toString', '__proto__']) expect(await isKnown(name), name).to.equal(false);
  };

  it('are the same in the command set', async () => {
    const commands = new SessionsCommandSet(await newController()).getCommands();
    expect(commands.map((command) => command.getName()).sort()).to.deep.equal(NAMES);
  });

  for (const [title, path] of [
    ['commandable HTTP', '/v1/sessions/swagger'],
    ['REST', '/v1/sessions/openapi.json'],
  ] as const) {
    it(`are the same in the OpenAPI document of ${title}`, async () => {
      const document = (await (await fetch((await httpAddress()) + path)).json()) as Document;
      const calls = Object.values(document.paths).flatMap((methods) => Object.values(methods));
      expect(calls.map(({ operationId }) => operationId).sort()).to.deep.equal(NAMES);
    });
  }

  it('are the same at commandable HTTP', async () => {
    const address = await httpAddress();
    await expectKnown(async (name) => {
      const reply = await fetch(`${address}/v1/sessions/${encodeURIComponent(name)}`, {
        method: 'POST',
        body: '{"user_id":0}',
      });
      // REST has POST at the empty name and at ids.
      return ![404, 405].includes(reply.status) && name !== '';
    });
  });

  it('are the same in the protos and at gRPC', async () => {
    expect(sortedKeys(methodsOf('sessions_v1.Sessions'))).to.deep.equal(NAMES);
    const server = await GrpcTestServer.start(await newController());
    const caller = new GrpcCaller('sessions_v1.Sessions', server.port);
    ends.push(
      () => server.close(),
      () => caller.close(),
    );
    // A method that is not served is a status, which rejects.
    for (const name of NAMES) await caller.call(name, {});
  });

  it('are the same at commandable gRPC', async () => {
    const server = await GrpcTestServer.start(await newController());
    const caller = new GrpcCaller('commandable.Commandable', server.port);
    ends.push(
      () => server.close(),
      () => caller.close(),
    );
    await expectKnown(async (name) => {
      const { error } = await caller.call('invoke', { method: `v1/sessions.${name}`, args_empty: true });
      return error?.code !== 'NOT_FOUND';
    });
  });

  it('are the same over Seneca', async () => {
    const server = await serveSeneca(await newController());
    const client = await senecaClient(server.port);
    ends.push(
      () => server.close(),
      () => closeSeneca(client),
    );
    await expectKnown(async (name) => {
      const outcome = act(client, { role: 'sessions', version: 1, cmd: name });
      const code = await outcome.then(
        () => 'answered',
        (error: SenecaError) => error.orig?.['code'] ?? error.message,
      );
      return code === 'answered' || code === 'INVALID_DATA';
    });
  });

  it('are the same in the client', () => {
    const table =
      /export const OPERATIONS = \{\n(.*?)\n\}/s.exec(textOf('client/src/calls/SessionsCall.ts'))?.[1] ?? '';
    expect([...table.matchAll(/^ {2}(\w+): \{/gm)].map(([, name]) => name).sort()).to.deep.equal(NAMES);
    const camel = NAMES.map((name) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()));
    expect(Object.keys(EVERY_METHOD)).to.include.members(camel);
    for (const { type } of EVERY_CLIENT) for (const name of camel) expect(type.prototype).to.respondTo(name);
  });

  it('take the same arguments in the protos, of the same types', () => {
    for (const { name, input } of SESSION_OPERATIONS) {
      const { correlation_id, ...kinds } = requestKinds(name);
      expect(correlation_id, name).to.equal('text');
      const expected = Object.entries(input.properties as Record<string, Schema>).map(([argument, schema]) => [
        argument,
        fieldKind(schema, argument),
      ]);
      expect(kinds, name).to.deep.equal(Object.fromEntries(expected));
    }
    expect(sortedKeys(fieldsOf('PagingParams'))).to.deep.equal(membersOf('paging'));
  });

  it('answer sessions with the same fields', async () => {
    const address = await httpAddress();
    for (const path of ['/v1/sessions/swagger', '/v1/sessions/openapi.json']) {
      const { components } = (await (await fetch(address + path)).json()) as Document;
      const { Session, SessionPage } = components.schemas;
      expect(sortedKeys(Session?.properties ?? {}), path).to.deep.equal(sortedKeys(fieldsOf('Session')));
      expect(sortedKeys(SessionPage?.properties ?? {}), path).to.deep.equal(sortedKeys(fieldsOf('SessionPage')));
    }
  });

  it('are all in the corpus of bad arguments, with every argument and every member of filter and paging', () => {
    expect([...OPERATIONS_WITH_BAD_ARGUMENTS].sort()).to.deep.equal(NAMES);
    const corpus = badArguments('x'.repeat(32));
    for (const { name, input } of SESSION_OPERATIONS) {
      const bad = corpus.filter(({ operation }) => operation === name);
      const found = new Set(bad.map(({ argument }) => argument));
      expect([...found].sort(), name).to.deep.equal(sortedKeys(input.properties));
      for (const map of ['filter', 'paging'].filter((argument) => found.has(argument))) {
        const fields = new Set(bad.map(({ field }) => field).filter((field) => field.startsWith(`${map}.`)));
        expect([...fields].sort(), name).to.deep.equal(membersOf(map).map((member) => `${map}.${member}`));
      }
    }
  });
});
