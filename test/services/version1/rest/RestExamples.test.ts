import { expect } from 'chai';
import { type RestCall, restCalls } from '../../../../src/services/version1/rest/RestCalls.js';
import { REST_EXAMPLES, type RestExample } from '../../../../src/services/version1/rest/RestExamples.js';
import { restService } from '../../../support/RestService.js';

const { answer: OPENED } = REST_EXAMPLES['open_session'] as RestExample;
const { id: SHOWN_ID } = OPENED as { id: string };

function addressOf({ path }: RestCall, example: RestExample): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(example.query ?? {})) query.set(name, String(value));
  return `${path.replace(/:(\w+)/g, (_, name: string) => example.path?.[name] ?? '')}?${query}`;
}

describe('The examples of the OpenAPI document of REST', () => {
  const service = restService();
  const calls = new Map(restCalls().map((call) => [call.operation.name, call]));

  it('are there for every operation', () => {
    expect(Object.keys(REST_EXAMPLES)).to.have.members([...calls.keys()]);
  });

  it('are answered as they say, one after the other', async () => {
    let id = SHOWN_ID;
    for (const [name, shown] of Object.entries(REST_EXAMPLES)) {
      const call = calls.get(name) as RestCall;
      const example = JSON.parse(JSON.stringify(shown).replaceAll(SHOWN_ID, id)) as RestExample;
      if (name === 'close_sessions') await service.open();
      const { status, body } = await service.call(call.method, addressOf(call, example), example.body);
      expect(status, name).to.equal(call.creates ? 201 : 200);
      if (call.creates) id = String(body?.['id']);
      expect(body, name).to.deep.equal(call.creates ? { ...(example.answer as object), id } : example.answer);
    }
  });
});
