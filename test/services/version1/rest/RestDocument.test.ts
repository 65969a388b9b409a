import { Validator } from '@seriousme/openapi-schema-validator';
import { expect } from 'chai';
import { SESSION_OPERATIONS } from '../../../../src/logic/SessionOperations.js';
import { restCalls } from '../../../../src/services/version1/rest/RestCalls.js';
import { restService } from '../../../support/RestService.js';

interface Operation {
  operationId: string;
  summary: string;
  parameters: { name: string; in: string; required?: boolean; schema: object; example?: unknown }[];
  requestBody?: { required: boolean; content: Record<string, { schema: { properties?: object }; example?: unknown }> };
  responses: Record<string, { description: string; headers?: object; content?: Record<string, { example?: unknown }> }>;
}

type ServedDocument = Record<string, unknown> & { openapi: string; paths: Record<string, Record<string, Operation>> };

describe('The OpenAPI document of REST', () => {
  const service = restService();
  let document: ServedDocument;
  let operations: Map<string, Operation>;
  beforeEach(async () => {
    const reply = await service.call('GET', '/openapi.json');
    expect(reply.headers).to.include({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    document = reply.body as ServedDocument;
    const all = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    operations = new Map(all.map((operation) => [operation.operationId, operation]));
  });

  for (const path of ['/openapi.json', '/swagger']) {
    it(`is OpenAPI 3.1 to a validator, as that at ${path} is`, async () => {
      const { body } = await service.call('GET', path);
      const validator = new Validator();
      const result = await validator.validate(body as ServedDocument);
      expect(result.errors ?? [], JSON.stringify(result.errors)).to.deep.equal([]);
      expect([result.valid, validator.version]).to.deep.equal([true, '3.1']);
      const refs = [...JSON.stringify(body).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, ref = '']) => ref.split('/'));
      expect(refs.length).to.be.greaterThan(10);
      for (const ref of refs) {
        const target = ref.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], body);
        expect(target, ref.join('/')).to.be.an('object');
      }
    });
  }

  it('is not valid to that validator where something is wrong', async () => {
    const broken = structuredClone(document);
    for (const methods of Object.values(broken.paths))
      for (const one of Object.values(methods)) one.parameters = [{}] as never;
    expect((await new Validator().validate(broken)).valid).to.equal(false);
  });

  it('has every operation of the table once, where it is served', () => {
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`),
    );
    const served = restCalls().map(
      ({ operation, method, path }) =>
        `${operation.name} ${method} /v1/sessions${path.replace(':session_id', '{session_id}')}`,
    );
    expect(listed).to.have.members(served);
    for (const { name, summary } of SESSION_OPERATIONS) expect(operations.get(name)).to.include({ summary });
  });

  it('says where each argument of an operation stands, and that it stands there once', () => {
    for (const { operation, takesVersion } of restCalls()) {
      const { parameters = [], requestBody } = operations.get(operation.name) ?? {};
      const places = parameters.map(({ name }) => name);
      expect(new Set(places).size, operation.name).to.equal(places.length);
      for (const [argument, schema] of Object.entries(operation.input.properties)) {
        const members = Object.keys((schema as { anyOf?: { properties?: object }[] }).anyOf?.[0]?.properties ?? {});
        const bodies = Object.values(requestBody?.content ?? {});
        const isMember = bodies.some((body) => argument in (body.schema.properties ?? {}));
        const isBody = bodies.some((body) => JSON.stringify(body.schema) === JSON.stringify(schema));
        const inQuery =
          places.includes(argument) || (members.length > 0 && members.every((name) => places.includes(name)));
        const inHeader = takesVersion && argument === 'version' && places.includes('If-Match');
        expect([isMember, isBody, inQuery, inHeader].filter(Boolean), `${operation.name} ${argument}`).to.have.length(
          1,
        );
      }
    }
  });

  it('says which statuses each call answers', () => {
    const statusesOf = (name: string) => Object.keys(operations.get(name)?.responses ?? {}).join(' ');
    expect(statusesOf('get_session_by_id')).to.equal('200 304 400 404 412 500 503');
    expect(statusesOf('get_sessions')).to.equal('200 400 500 503');
    expect(statusesOf('open_session')).to.equal('201 400 409 413 415 500 503');
    expect(statusesOf('store_session_data')).to.equal('200 400 404 409 412 413 415 500 503');
    expect(statusesOf('delete_session_by_id')).to.equal('200 400 404 409 412 500 503');
    expect(operations.get('open_session')?.responses['201']?.headers).to.have.all.keys('ETag', 'Location');
    expect(operations.get('get_sessions')?.responses['200']?.headers).to.have.all.keys('Link');
    const types = Object.keys(operations.get('patch_session_data')?.requestBody?.content ?? {});
    expect(types).to.deep.equal(['application/merge-patch+json', 'application/json']);
  });

  it('says of what only counts that it answers no conflict', () => {
    for (const { operation } of restCalls().filter(({ operation: { answer } }) => answer !== 'session')) {
      expect(operations.get(operation.name)?.responses, operation.name).not.to.have.property('409');
    }
  });

  it('says which headers errors come with', async () => {
    const headersOf = (name: string, status: number) =>
      Object.keys(operations.get(name)?.responses[status]?.headers ?? {});
    for (const { operation, isConditional, method } of restCalls()) {
      const { name } = operation;
      if (isConditional) expect(headersOf(name, 412), name).to.deep.equal(['ETag']);
      expect(headersOf(name, 503), name).to.deep.equal(['Retry-After']);
      expect(headersOf(name, 415), name).to.deep.equal(method === 'PATCH' ? ['Accept-Patch'] : []);
      expect(headersOf(name, 400), name).to.deep.equal([]);
    }
    const id = await service.open();
    const conflict = await service.call('GET', `/${id}`, undefined, { 'if-match': '"9"' });
    expect([conflict.status, conflict.headers.etag]).to.deep.equal([412, '"0"']);
    const patch = await service.call('PATCH', `/${id}/data`, {}, { 'content-type': 'text/plain' });
    expect([patch.status, patch.headers['accept-patch']]).to.deep.equal([
      415,
      'application/merge-patch+json, application/json',
    ]);
  });

  it('shows an example of every answer', () => {
    for (const [name, { responses }] of operations) {
      const { content } = responses['200'] ?? responses['201'] ?? {};
      expect(content?.['application/json'], name).to.have.property('example');
    }
  });
});
