import { expect } from 'chai';
import { templateParameters } from '../../src/container/TemplateParameters.js';

const parameters = (environment: Record<string, string>, given: Record<string, string> = {}) =>
  templateParameters(environment, new Map(Object.entries(given))).getAsObject();

describe('Template parameters', () => {
  it('lets the command line win over the environment, whatever the case', () => {
    expect(parameters({ HTTP_PORT: '1', Path: 'x' }, { http_port: '2' })).to.deep.equal({ Path: 'x', http_port: '2' });
  });

  it('lets an empty parameter of the command line take one away', () => {
    expect(parameters({ FILE_PATH: 'x' }, { FILE_PATH: '' })['FILE_PATH']).to.equal('');
  });

  for (const value of ['false', 'FALSE', '0', 'no', 'No']) {
    it(`turns a switch off by ${value}`, () => {
      expect(parameters({ HTTP_ENABLED: value })).to.deep.equal({ HTTP_ENABLED: value, HTTP_OFF: 'true' });
    });
  }

  for (const value of ['true', '1', 'yes', 'on', 'anything']) {
    it(`turns a switch on by ${value}`, () => {
      expect(parameters({}, { FILE_ENABLED: value })).to.deep.equal({ FILE_ENABLED: value, FILE_ON: 'true' });
    });
  }

  it('leaves a switch without a value alone', () => {
    expect(parameters({ HTTP_ENABLED: '' })).to.deep.equal({ HTTP_ENABLED: '' });
  });

  it('bears variables that are named as methods of the map', () => {
    expect(parameters({ get: '1', put: '2', HTTP_PORT: '3' })).to.deep.equal({ HTTP_PORT: '3' });
  });
});
