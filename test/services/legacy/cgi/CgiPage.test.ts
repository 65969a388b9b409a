import { expect } from 'chai';
import { textOf } from '../../../support/Sources.js';
import { startedServices } from '../../../support/StartedServices.js';

const EXAMPLE = /```sh\ncurl 'localhost:8080([^']+)'\n```\n```\n([^`]*)\n```/g;

describe('docs/protocols/cgi.md', function () {
  this.timeout(60_000);
  const services = startedServices();

  it('shows calls of the default configuration, and what they answer', async () => {
    const examples = [...textOf('docs/protocols/cgi.md').matchAll(EXAMPLE)];
    expect(examples).to.have.length(4);
    const env = { HTTP_PORT: '0', CGI_ENABLED: 'true', MEMORY_ENABLED: 'true' };
    const { url } = await services.start({ env });
    const [[, add = '', shownId = ''] = [], ...others] = examples;
    const id = await (await fetch(url + add)).text();
    expect(id)
      .to.match(/^[a-z0-9]{16}$/)
      .and.to.have.length(shownId.length);
    for (const [, path = '', answer] of others) {
      const response = await fetch(url + path.replace(shownId, id));
      expect(await response.text(), path).to.equal(answer);
    }
  });
});
