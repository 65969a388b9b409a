import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { objectView } from '../../src/embedded/ObjectView.js';

const seed = process.env['FC_SEED'];
const key = fc.constantFrom('a', 'b', '0', '1', '__proto__', 'constructor', 'toString', '');

describe('A map that is seen as an object', () => {
  it('is what an object without a prototype would be, whatever is done to it', () => {
    const step = fc.record({ key, action: fc.constantFrom('set', 'delete', 'define', 'read'), value: fc.integer() });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const entries = new Map<string, number>();
        const view = objectView(entries);
        const model: Record<string, number> = Object.create(null);
        for (const { key, action, value } of steps) {
          for (const object of [view, model]) {
            if (action === 'set') object[key] = value;
            if (action === 'delete') expect(delete object[key]).to.equal(true);
            const descriptor = { value, writable: true, enumerable: true, configurable: true };
            if (action === 'define') Object.defineProperty(object, key, descriptor);
          }
          expect([view[key], key in view]).to.deep.equal([model[key], key in model]);
          expect(Object.getOwnPropertyDescriptor(view, key)).to.deep.equal(Object.getOwnPropertyDescriptor(model, key));
        }
        expect(Object.entries(view).sort()).to.deep.equal(Object.entries(model).sort());
        expect([...entries].sort()).to.deep.equal(Object.entries(model).sort());
        expect(JSON.parse(JSON.stringify(view))).to.deep.equal(JSON.parse(JSON.stringify(model)));
        expect(Object.assign(Object.create(null), view)).to.deep.equal(model);
      }),
      seed === undefined ? {} : { seed: Number(seed) },
    );
  });

  it('is printed with what is in it', () => {
    const view = objectView(new Map([['a', { username: 'ann' }]]));
    expect(inspect(view)).to.equal("{ a: { username: 'ann' } }");
    expect(Object.getOwnPropertySymbols(view)).to.deep.equal([]);
  });

  it('cannot be closed, and takes no symbols', () => {
    const view = objectView(new Map<string, number>()) as Record<string | symbol, number>;
    expect(() => Object.freeze(view)).to.throw(TypeError);
    const symbol = Symbol('name');
    expect(() => {
      view[symbol] = 1;
    }).to.throw(TypeError);
    expect([view[symbol], symbol in view, delete view[symbol]]).to.deep.equal([undefined, false, true]);
    view['a'] = 1;
    expect(view).to.have.property('a', 1);
  });
});
