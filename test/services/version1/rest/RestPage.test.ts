import { expect } from 'chai';
import { restCalls } from '../../../../src/services/version1/rest/RestCalls.js';
import { readCurl } from '../../../support/CurlCommand.js';
import { RestCaller, type RestReply } from '../../../support/RestApi.js';
import { textOf } from '../../../support/Sources.js';
import { startedServices } from '../../../support/StartedServices.js';

const PAGE = 'docs/protocols/rest.md';
const EXAMPLE = /```sh\n([^`]*?)```\n```http\n([^`]*?)```/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;
const ID = /[0-9a-f]{32}/;

/** What a document shows of an answer: status line, some headers, body. */
function expectShown(shown: string, { status, headers, text }: RestReply): void {
  const [head = '', body = ''] = shown.trimEnd().split('\n\n');
  const [statusLine, ...lines] = head.split('\n');
  expect(statusLine).to.match(new RegExp(`^HTTP/1\\.1 ${status} `));
  for (const line of lines) {
    const [name = '', value] = line.split(': ');
    expect(headers[name], line).to.equal(value);
  }
  expect(text.replace(TIME, 'TIME')).to.equal(body.replace(TIME, 'TIME'));
}

describe(PAGE, function () {
  this.timeout(60_000);
  const services = startedServices();

  it('shows calls of the default configuration, and what they answer', async () => {
    const examples = [...textOf(PAGE).matchAll(EXAMPLE)];
    expect(examples).to.have.length(11);
    const service = await services.start({ env: { HTTP_PORT: '0', MEMORY_ENABLED: 'true' } });
    const caller = new RestCaller(Number(new URL(service.url).port));
    const shownId = ID.exec(examples[0]?.[2] ?? '')?.[0] ?? '';
    let id = '';
    for (const [, commands = '', shown = ''] of examples) {
      const reply = await caller.send(readCurl(commands.trimEnd().split('\n').pop() ?? '', id));
      id ||= ID.exec(reply.text)?.[0] ?? '';
      expectShown(shown.replaceAll(shownId, id), reply);
    }
    caller.close();
  });

  it('lists every call', () => {
    const listed = [...textOf(PAGE).matchAll(/^\| `([A-Z]+ \/v1\/sessions\S*)` \| `(\w+)`/gm)].map(
      ([, call, name]) => `${call} ${name}`,
    );
    expect(listed).to.have.members(
      restCalls().map(
        ({ method, path, operation }) =>
          `${method} /v1/sessions${path.replace(':session_id', '{id}')} ${operation.name}`,
      ),
    );
  });
});

describe('REST in the default configuration', function () {
  this.timeout(60_000);
  const services = startedServices();
  const env = { HTTP_PORT: '0', MEMORY_ENABLED: 'true' };

  for (const value of ['false', '0', 'no']) {
    it(`is not there with REST_ENABLED=${value}`, async () => {
      const { url } = await services.start({ env: { ...env, REST_ENABLED: value } });
      expect((await fetch(`${url}/v1/sessions`)).status).to.equal(404);
      expect((await fetch(`${url}/v1/sessions/openapi.json`)).status).to.equal(404);
      expect((await fetch(`${url}/v1/sessions/swagger`)).status).to.equal(200);
    });
  }

  it('is there with any other value, and on the page of the documents', async () => {
    const { url } = await services.start({ env: { ...env, REST_ENABLED: 'true' } });
    expect((await fetch(`${url}/v1/sessions`)).status).to.equal(200);
    const script = await (await fetch(`${url}/swagger/swagger-initializer.js`)).text();
    expect(script).to.contain('"/v1/sessions/swagger"').and.to.contain('"/v1/sessions/openapi.json"');
  });
});
