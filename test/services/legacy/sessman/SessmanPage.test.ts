import { expect } from 'chai';
import { textOf } from '../../../support/Sources.js';
import { startedServices } from '../../../support/StartedServices.js';
import { callSessman } from './SessmanService.js';

const EXAMPLE = /```sh\n([^`]*?)```\n```json\n([^`]*?)```/g;
const CALL = /curl (?:-X (POST) )?['"]localhost:8080([^'"]*)['"](?: -d '([^']*)')?\n$/;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

describe('docs/protocols/sessman.md', function () {
  this.timeout(60_000);
  const services = startedServices();

  it('shows calls of the default configuration, and what they answer', async () => {
    const examples = [...textOf('docs/protocols/sessman.md').matchAll(EXAMPLE)];
    expect(examples).to.have.length(4);
    const env = { HTTP_PORT: '0', SESSMAN_ENABLED: 'true', MEMORY_ENABLED: 'true' };
    const service = await services.start({ env });
    let shownId = '';
    let id = '';
    for (const [, commands = '', answer = ''] of examples) {
      const [, method = 'GET', path = '', body = ''] = CALL.exec(commands) ?? [];
      expect(path, commands).to.match(/^\/sessman\//);
      const reply = await callSessman(Number(new URL(service.url).port), path.replace('$ID', id), { method, body });
      if (id === '') {
        id = String(reply.body['session_id']);
        shownId = (JSON.parse(answer) as { session_id: string }).session_id;
      }
      const shown = answer.trim().replace(shownId, id).replace(TIME, 'TIME');
      expect(reply.text.replace(TIME, 'TIME')).to.equal(shown);
    }
  });
});
