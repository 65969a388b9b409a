import { expect } from 'chai';
import { correlationIdOf, originForm, queryValue } from '../../../src/services/http/RequestTarget.js';

describe('The correlation id of a request', () => {
  it('comes from the query string or, failing that, from the header', () => {
    expect(correlationIdOf('correlation_id=q', 'h')).to.equal('q');
    expect(correlationIdOf('', 'h')).to.equal('h');
    expect(correlationIdOf('correlation_id=&a=b', 'h')).to.equal('h');
    expect(correlationIdOf('xcorrelation_id=q', undefined)).to.equal(null);
    expect(correlationIdOf('correlation_id=', '')).to.equal(null);
  });

  it('is decoded, and stays as it is where that is not possible', () => {
    expect(correlationIdOf('a=b&correlation_id=a%20b+c%C3%A9', undefined)).to.equal('a b cé');
    for (const odd of ['%', '%zz', '%ff', '%E0%A4'])
      expect(correlationIdOf(`correlation_id=${odd}`, undefined)).to.equal(odd);
  });

  it('has no control characters and at most 256 characters', () => {
    expect(correlationIdOf('correlation_id=a%0d%0ab%00%7f%C2%85c', undefined)).to.equal('abc');
    expect(correlationIdOf('correlation_id=%00', undefined)).to.equal(null);
    expect(correlationIdOf(`correlation_id=${'x'.repeat(5000)}`, undefined)).to.have.length(256);
    expect(
      correlationIdOf(`correlation_id=${encodeURIComponent(`${'x'.repeat(255)}😀`)}`, undefined)?.isWellFormed(),
    ).to.equal(true);
  });
});

describe('A request target', () => {
  it('is a path, also in its absolute form', () => {
    expect(originForm('/a?b')).to.equal('/a?b');
    expect(originForm('http://host:80/a?b')).to.equal('/a?b');
    expect(originForm('HTTPS://user@host/a')).to.equal('/a');
    expect(originForm('http://host')).to.equal('/');
    expect(originForm('http://host?b')).to.equal('/?b');
    expect(originForm('*')).to.equal('*');
    expect(originForm('ftp://host/a')).to.equal('ftp://host/a');
  });

  it('has parameters of which the first with a value counts', () => {
    expect(queryValue('a=&a=1&a=2', 'a')).to.equal('1');
    expect(queryValue('ab=1', 'a')).to.equal(null);
    expect(queryValue('a', 'a')).to.equal(null);
  });
});
