import { expect } from 'chai';
import { HeldExchanges } from '../../../support/HttpTestEndpoint.js';
import { restService } from '../../../support/RestService.js';

const PROBLEM = 'application/problem+json';

describe('The answers of REST', () => {
  const service = restService();

  it('to opening are 201 and where the session is', async () => {
    const { status, headers, body } = await service.call('POST', '', { user_id: 'ann' });
    expect(status).to.equal(201);
    expect(headers).to.include({
      location: `/v1/sessions/${body?.['id']}`,
      etag: '"0"',
      'cache-control': 'no-store',
      'access-control-expose-headers': 'etag, location',
    });
    expect((await service.call('GET', `/${headers.location?.split('/').pop()}`)).body).to.deep.equal(body);
  });

  it('hold a session whose id has to be escaped in an address', async () => {
    const session = await service.controller.openSession(null, { user_id: 'ann', session_id: 'a/b c%' });
    expect(session.id).to.equal('a/b c%');
    expect((await service.call('GET', '/a%2Fb%20c%25')).body).to.include({ id: 'a/b c%' });
  });

  it('to what is not there are 404 with the description of an error', async () => {
    for (const [method, path, body] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/close'],
      ['PUT', '/data', 1],
      ['PATCH', '/data', 1],
      ['PUT', '/user', 1],
    ] as const) {
      const reply = await service.call(method, `/nobody${path}?correlation_id=c1`, body);
      expect(reply.status, path).to.equal(404);
      expect(reply.headers).to.include({
        'content-type': 'application/json',
        vary: 'accept',
        'cache-control': 'no-store',
      });
      expect(reply.body).to.deep.equal({
        code: 'NOT_FOUND',
        status: 404,
        category: 'NotFound',
        message: 'There is no such session',
        name: 'NOT_FOUND',
        correlation_id: 'c1',
      });
    }
  });

  it('to validation are 404 for a session of another user, an ended one and none alike', async () => {
    const [id, closed] = [await service.open(), await service.open()];
    await service.call('POST', `/${closed}/close`);
    expect((await service.call('POST', `/${id}/validate`, { user_id: 'ann' })).body).to.include({ id });
    const refusals = [
      await service.call('POST', `/${id}/validate`, { user_id: 'bob' }),
      await service.call('POST', `/${closed}/validate`),
      await service.call('POST', '/nobody/validate'),
    ];
    for (const { status, text } of refusals)
      expect({ status, text }).to.deep.equal({ status: 404, text: refusals[0]?.text });
  });

  it('to deleting are the session, once', async () => {
    const id = await service.open({ data: 1 });
    expect(await service.call('DELETE', `/${id}`)).to.deep.include({ status: 200 });
    expect((await service.call('DELETE', `/${id}`)).status).to.equal(404);
  });
});

describe('A list over REST', () => {
  const service = restService();

  const linkOf = async (query: string) => (await service.call('GET', query)).headers.link;

  it('is filtered and paged by parameters', async () => {
    const ids: string[] = [];
    for (const user_id of ['ann', 'bob', 'ann']) {
      service.clock.advance(1000);
      ids.unshift(await service.open({ user_id }));
    }
    expect(await service.list('')).to.deep.equal({ total: null, ids });
    expect(await service.list('?user_id=ann&total=true&take=1&skip=1')).to.deep.equal({ total: 2, ids: [ids[2]] });
    expect(await service.list('?user_id=&active=1')).to.deep.equal({ total: null, ids });
    await service.call('POST', `/${ids[0]}/close`);
    expect(await service.list('?active=false')).to.deep.equal({ total: null, ids: [ids[0]] });
  });

  it('links to the next page, with all its parameters, while there may be one', async () => {
    for (let i = 0; i < 5; i++) await service.open({ user_name: 'A & B>"', user_id: 'é' });
    const name = encodeURIComponent('A & B>"').replaceAll('%20', '+');
    const whole = `?user_name=${name}&take=2&total=true&user_id=%C3%A9&unknown=1&correlation_id=c1`;
    const link = await linkOf(whole);
    expect(link).to.equal(`</v1/sessions?user_id=%C3%A9&user_name=${name}&skip=2&take=2&total=true>; rel="next"`);
    const seen = new Set<string>();
    let pages = 0;
    for (let next: string | undefined = whole; next !== undefined; pages++) {
      for (const id of (await service.list(next)).ids) seen.add(id);
      next = /^<\/v1\/sessions(\?[^>]+)>; rel="next"$/.exec(String(await linkOf(next)))?.[1];
    }
    expect({ pages, sessions: seen.size }).to.deep.equal({ pages: 3, sessions: 5 });
  });

  it('links to no page that there is not, as far as it knows', async () => {
    for (let i = 0; i < 4; i++) await service.open();
    expect(await linkOf('?take=5')).to.equal(undefined);
    expect(await linkOf('?take=0')).to.equal(undefined);
    expect(await linkOf('?take=2&skip=2&total=true')).to.equal(undefined);
    expect(await linkOf('?skip=99999999999999999999')).to.equal(undefined);
    expect(await linkOf('?take=2&skip=2')).to.equal('</v1/sessions?skip=4&take=2>; rel="next"');
    expect((await service.call('GET', '?take=2&skip=4')).body).to.deep.equal({ total: null, data: [] });
    const { headers } = await service.call('GET', '?take=1');
    expect(headers).to.include({ 'access-control-expose-headers': 'link', 'cache-control': 'no-store' });
  });

  it('goes on after a hundred where nobody says how many', async () => {
    await Promise.all(Array.from({ length: 101 }, () => service.open()));
    expect(await linkOf('')).to.equal('</v1/sessions?skip=100>; rel="next"');
    expect(await linkOf('?take=1000')).to.equal('</v1/sessions?skip=100&take=1000>; rel="next"');
  });
});

describe('Problem details of REST', () => {
  const service = restService({}, { options: { body_limit: 100, max_in_flight: 1 } });

  const typeFor = async (accept: string) =>
    (await service.call('GET', '/nobody', undefined, { accept })).headers['content-type'];

  it('are what errors are for who asks for them, and would not rather have JSON', async () => {
    for (const accept of [
      PROBLEM,
      `${PROBLEM}, */*;q=0.5`,
      `application/json;q=0.5, ${PROBLEM}`,
      `application/json, ${PROBLEM}`,
      `${PROBLEM};q=0.5, application/*;q=0.5`,
      `${PROBLEM}, */*`,
      `${PROBLEM.toUpperCase()};q=0.1`,
    ]) {
      expect(await typeFor(accept), accept).to.equal(PROBLEM);
    }
    for (const accept of [
      '*/*',
      'application/*',
      'application/json',
      `application/json, ${PROBLEM};q=0.9`,
      `${PROBLEM};q=0`,
      `${PROBLEM};q=0, application/json;q=0`,
      `*/*, ${PROBLEM};q=0.9`,
      'text/html',
      `x${PROBLEM}`,
      '',
      ';;,,=',
    ]) {
      expect(await typeFor(accept), accept).to.equal('application/json');
    }
  });

  it('have the members of RFC 9457, and those of every description besides', async () => {
    const reply = await service.call('PUT', '/x/data?expire_timeout=-1&correlation_id=c1', 1, { accept: PROBLEM });
    expect(reply.headers).to.include({ 'content-type': PROBLEM, vary: 'accept' });
    const message = 'expire_timeout must be a whole number from 0 to 3153600000000';
    expect(reply.body).to.deep.equal({
      type: 'urn:service-sessions:error:INVALID_DATA',
      title: 'The request is not valid',
      detail: message,
      code: 'INVALID_DATA',
      status: 400,
      category: 'BadRequest',
      message,
      name: 'INVALID_DATA',
      details: { field: 'expire_timeout' },
      correlation_id: 'c1',
    });
  });

  it('are what the endpoint answers at these paths too', async () => {
    const accept = { accept: PROBLEM };
    const id = await service.open();
    const replies = [
      [405, await service.call('PUT', '', 1, accept)],
      [413, await service.call('PUT', `/${id}/data`, JSON.stringify('x'.repeat(200)), accept)],
      [415, await service.call('PUT', `/${id}/data`, 'x', { ...accept, 'content-type': 'text/plain' })],
      [412, await service.call('PUT', `/${id}/data`, 1, { ...accept, 'if-match': '"1"' })],
      [400, await service.call('GET', '/%zz', undefined, accept)],
    ] as const;
    for (const [status, reply] of replies) {
      expect(reply).to.deep.include({ status });
      expect(reply.headers['content-type'], String(status)).to.equal(PROBLEM);
      expect(reply.body).to.include({ status, title: reply.body?.['title'] });
    }
    const held = new HeldExchanges();
    service.server.endpoint.addRoute({ method: 'GET', path: '/held', run: (exchange) => held.add(exchange) });
    const waiting = fetch(`${service.server.endpoint.address()}/held`);
    await held.come(1);
    const overload = await service.call('GET', '', undefined, accept);
    expect(overload.body).to.include({ status: 503, code: 'OVERLOADED' });
    expect(overload.headers).to.include({ 'content-type': PROBLEM, 'retry-after': '1' });
    held.answerAll();
    await waiting;
    const commandable = await service.call('POST', '/get_session_by_id', {}, accept);
    expect(commandable.headers['content-type']).to.equal('application/json');
  });
});
