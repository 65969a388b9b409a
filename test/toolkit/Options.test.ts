import { expect } from 'chai';
import { ConfigException, ConfigParams } from 'pip-services3-commons-nodex';
import { allowedValues, type OptionTable, readOptions } from '../../src/toolkit/Options.js';

const TABLE = {
  'options.pause': { type: 'integer', unit: 'ms', min: 100, max: 5000, or: 0, default: 200, doc: '' },
  'options.basis': { type: 'text', values: ['Read', 'write'], default: 'Read', doc: '' },
  'options.on': { type: 'boolean', default: false, doc: '' },
  path: { type: 'text', default: undefined, doc: '' },
  route: { type: 'text', isPath: true, default: '/', doc: '' },
  'properties.*': { type: 'text', default: undefined, doc: '' },
  'older.*': { type: 'ignored', default: undefined, doc: '' },
} as const satisfies OptionTable;

const read = (values: object) => readOptions('the:component', TABLE, ConfigParams.fromValue(values));

function refusal(values: object): string {
  try {
    read(values);
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigException);
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

describe('Options', () => {
  it('answers the defaults for an empty configuration', () => {
    const values = read({});
    expect(values['options.pause']).to.equal(200);
    expect(values['options.basis']).to.equal('Read');
    expect(values['options.on']).to.equal(false);
    expect(values.path).to.equal(undefined);
  });

  it('reads numbers, switches and texts as they come from a file or an environment', () => {
    const values = read({ options: { pause: '300', on: 'YES', basis: 'WRITE' }, path: './x' });
    expect(values['options.pause']).to.equal(300);
    expect(values['options.on']).to.equal(true);
    expect(values['options.basis']).to.equal('write');
    expect(values.path).to.equal('./x');
  });

  it('takes an empty value for an absent one, of unknown keys too', () => {
    expect(read({ options: { pause: null }, path: '', uri: null })['options.pause']).to.equal(200);
    expect(read({ options: {}, connection: {} })['options.pause']).to.equal(200);
  });

  it('refuses an unknown key with the component, the key and the known ones', () => {
    expect(refusal({ options: { puase: 1 } })).to.match(
      /^the:component: unknown option "options.puase"; known are: .*pause/,
    );
  });

  it('keeps ignored keys out of the known ones', () => {
    expect(refusal({ pth: 1 })).to.not.contain('older');
  });

  it('refuses a component type: components are made by their descriptors only', () => {
    expect(refusal({ type: 'X,./x.js' })).to.contain('unknown option "type"');
  });

  for (const value of ['99', '5001', '-1', '1.5', '2e2', 'soon', ' 200', '0x10', '9'.repeat(400), 'Infinity', 'true']) {
    it(`refuses ${value.slice(0, 20)} for a whole number with key, value and range`, () => {
      expect(refusal({ options: { pause: value } })).to.equal(
        `the:component: options.pause is "${value}" but must be a whole number from 100 to 5000 ms, or 0`,
      );
    });
  }

  for (const [value, number] of [
    ['100', 100],
    ['5000', 5000],
    ['0', 0],
  ] as const) {
    it(`takes ${value}, which the range or its exception allows`, () => {
      expect(read({ options: { pause: value } })['options.pause']).to.equal(number);
    });
  }

  for (const value of ['a/:b', 'a/*', '*', 'a?b', 'a#b', 'a%20b', 'a/{b}', 'a\\b', 'a\nb']) {
    it(`refuses ${JSON.stringify(value)} for a path, since a part of it means more than itself`, () => {
      expect(refusal({ route: value })).to.equal(
        `the:component: route is "${value}" but must be a path without any of : * ? # % { } \\`,
      );
    });
  }

  it('takes paths as people read them', () => {
    for (const route of ['/', 'v1/sessions', '//a//b/', 'Größe x/s', "a-b_c.d~e!$&'()+,;=@f"]) {
      expect(read({ route }).route).to.equal(route);
    }
  });

  it('refuses other texts than those listed, and other switches than true and false', () => {
    expect(refusal({ options: { basis: 'delete' } })).to.contain('must be one of Read, write');
    expect(refusal({ options: { on: 'maybe' } })).to.contain('must be true or false');
  });

  it('lets a pattern take any key below it, nested ones too', () => {
    const values = read({ properties: { team: 'a', site: { floor: '3' } } }) as Record<string, unknown>;
    expect(values['properties.team']).to.equal('a');
    expect(values['properties.site.floor']).to.equal('3');
  });

  it('accepts older keys without effect, whatever their value', () => {
    expect(Object.keys(read({ older: { anything: 'x' } }))).to.not.contain('older');
  });

  it('says what a value without an upper end may be', () => {
    expect(allowedValues({ type: 'integer', min: 1, max: Number.MAX_SAFE_INTEGER, default: 1, doc: '' })).to.equal(
      'a whole number from 1',
    );
  });
});
