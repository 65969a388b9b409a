import { expect } from 'chai';
import fc from 'fast-check';
import { HttpRoutes } from '../../../src/services/http/HttpRoutes.js';

const nothing = (): void => {};

describe('Routes', () => {
  const routes = new HttpRoutes();
  for (const [method, path] of [
    ['GET', '/things/:id'],
    ['DELETE', '/things/:id'],
    ['PUT', '/things/:id/parts/:part'],
    ['POST', '/things/all'],
    ['GET', '/things/list'],
    ['POST', '/plain/path'],
  ] as const) {
    routes.add({ method, path, run: nothing, anyEncoding: true });
  }
  routes.add({ method: 'GET', path: '/strict/:id', run: nothing });

  const routeOf = (method: string, path: string) => {
    const found = routes.find(path, method);
    return { path: found?.resource.get(method)?.path ?? null, params: { ...found?.params } };
  };

  it('prefer a plain path to a pattern for the methods that it takes', () => {
    expect(routeOf('POST', '/things/all')).to.deep.equal({ path: '/things/all', params: {} });
    expect(routeOf('GET', '/things/list').path).to.equal('/things/list');
    expect(routeOf('HEAD', '/things/list').path).to.equal('/things/list');
  });

  it('leave the other methods of a plain path to the pattern', () => {
    expect(routeOf('GET', '/things/all')).to.deep.equal({ path: '/things/:id', params: { id: 'all' } });
    expect(routeOf('HEAD', '/things/all').path).to.equal('/things/:id');
    expect(routeOf('DELETE', '/things/list')).to.deep.equal({ path: '/things/:id', params: { id: 'list' } });
    expect(routeOf('PUT', '/things/all/parts/list')).to.deep.include({ params: { id: 'all', part: 'list' } });
  });

  it('name all methods of both where neither takes one', () => {
    const methodsAt = (path: string) => routes.find(path, 'PATCH')?.resource.methods;
    expect(methodsAt('/things/all')).to.equal('POST, GET, DELETE, OPTIONS, HEAD');
    expect(methodsAt('/things/list')).to.equal('GET, DELETE, OPTIONS, HEAD');
    expect(methodsAt('/things/x')).to.equal('GET, DELETE, OPTIONS, HEAD');
    expect(methodsAt('/plain/path')).to.equal('POST, OPTIONS');
  });

  it('give a parameter as it was before it was encoded, whatever it is', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom('%', '2', 'F', '5', '/', '.', '#', '?', ';', ':', '+', '\0', 'é', '😀') }),
    );
    fc.assert(
      fc.property(text, text, (id, part) => {
        const found = routeOf('PUT', `/things/${encodeURIComponent(id)}/parts/${encodeURIComponent(part)}`);
        expect(found.params).to.deep.equal({ id, part });
      }),
    );
  });

  it('find a parameter that is wrongly encoded where its route wants that, and give none for it', () => {
    for (const id of ['%', '%zz', '%f', '%ff', '%ed%a0%80', 'a%c3', '%41%', '%c0%af']) {
      expect(routeOf('GET', `/things/${id}`), id).to.deep.equal({ path: '/things/:id', params: { id: undefined } });
    }
    const both = routes.find('/things/%41/parts/%', 'PUT');
    expect(both?.params).to.deep.equal({ id: 'A', part: undefined });
    expect(routes.find('/strict/%zz', 'GET')).to.equal(null);
    expect(routes.find('/plain/path%', 'POST')).to.equal(null);
    expect(routes.find('/elsewhere/%zz', 'GET')).to.equal(null);
  });

  it('take parameters of any length', () => {
    const id = 'x'.repeat(16_000);
    expect(routeOf('GET', `/things/${id}`).params).to.deep.equal({ id });
  });

  it('take an empty parameter', () => {
    expect(routeOf('GET', '/things/').params).to.deep.equal({ id: '' });
    expect(routeOf('PUT', '/things//parts/').params).to.deep.equal({ id: '', part: '' });
  });
});
