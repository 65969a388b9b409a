import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Descriptor } from 'pip-services3-commons-nodex';
import { COMPONENTS } from '../../src/build/Components.js';
import { SessionsServiceFactory } from '../../src/build/SessionsServiceFactory.js';
import { ROOT } from '../support/ServiceProcess.js';

const FILES = ['config/config.yml', 'config/legacy.yml', 'config.example.yml'];

/** Every descriptor of a file, whatever its template leaves out. */
function descriptorsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...new Set([...text.matchAll(/^- descriptor: "([^"]+)"/gm)].map(([, descriptor = '']) => descriptor))];
}

describe('Descriptors', () => {
  for (const file of FILES) {
    it(`of ${file} each have exactly one component`, () => {
      const descriptors = descriptorsOf(file);
      expect(descriptors).to.have.length.greaterThan(3);
      for (const descriptor of descriptors) {
        const rows = COMPONENTS.filter(({ pattern }) =>
          Descriptor.fromString(pattern).match(Descriptor.fromString(descriptor)),
        );
        expect(rows, descriptor).to.have.length(1);
      }
    });
  }

  it('are made by the factory as the table says', () => {
    const factory = new SessionsServiceFactory();
    for (const { pattern, component } of COMPONENTS) {
      const descriptor = Descriptor.fromString(pattern.replace('*', 'any'));
      expect(factory.canCreate(descriptor), pattern).to.not.equal(null);
      expect(factory.create(descriptor), pattern).to.be.instanceOf(component);
    }
  });

  it('that are patterns make the factory create nothing', () => {
    const factory = new SessionsServiceFactory();
    expect(factory.canCreate(Descriptor.fromString('service-sessions:persistence:*:*:1.0'))).to.equal(null);
    expect(factory.canCreate(Descriptor.fromString('service-sessions:persistence:paper:default:1.0'))).to.equal(null);
  });

  it('fit one row each', () => {
    for (const one of COMPONENTS) {
      const same = COMPONENTS.filter(({ pattern }) =>
        Descriptor.fromString(pattern).match(Descriptor.fromString(one.pattern)),
      );
      expect(same).to.deep.equal([one]);
    }
  });
});
