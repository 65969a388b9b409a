import { expect } from 'chai';
import { Parameters } from 'pip-services3-commons-nodex';
import { sessionError } from '../../src/data/version1/SessionErrorsV1.js';
import type { ISessionsController } from '../../src/logic/ISessionsController.js';
import type { SessionAnswer } from '../../src/logic/SessionAnswer.js';
import { openedSession } from '../../src/logic/SessionLifecycle.js';
import { SESSION_OPERATIONS, type SessionOperation } from '../../src/logic/SessionOperations.js';
import { SessionsCommandSet } from '../../src/logic/SessionsCommandSet.js';

const T0 = new Date(Date.UTC(2026, 2, 1));
const policy = { expireTimeout: 0, expireBasis: 'created', maxLifetime: 0, touchInterval: null } as const;
const session = openedSession({ id: 's1', user_id: 'ann' }, { data: '{"a":1}' }, policy, T0.getTime());
const plainHead = {
  id: 's1',
  user_id: 'ann',
  active: true,
  open_time: T0,
  request_time: T0,
  update_time: T0,
  version: 0,
};

interface Performed {
  operation: SessionOperation;
  args: unknown;
}

function commandsOver(perform: (operation: SessionOperation) => Promise<SessionAnswer>, performed: Performed[] = []) {
  const controller = {
    perform(operation: SessionOperation, _correlationId: string | null, args: unknown) {
      performed.push({ operation, args });
      return perform(operation);
    },
  };
  return new SessionsCommandSet(controller as unknown as ISessionsController);
}

describe('SessionsCommandSet', () => {
  it('has a command for each operation of the table, and no other', () => {
    const names = commandsOver(async () => null)
      .getCommands()
      .map((command) => command.getName());
    expect(names).to.deep.equal(SESSION_OPERATIONS.map(({ name }) => name));
  });

  it('hands the arguments to the operation as they are', async () => {
    const performed: Performed[] = [];
    const commands = commandsOver(async () => null, performed);
    const data = { a: [1, { b: null }], text: '0' };
    for (const operation of SESSION_OPERATIONS) {
      const args = Parameters.fromTuples('session_id', 's1', 'data', data, 'version', 3);
      expect(await commands.execute('c1', operation.name, args)).to.equal(null);
      expect(performed.pop()).to.deep.equal({ operation, args: { session_id: 's1', data, version: 3 } });
    }
  });

  it('takes a command without arguments as one with none', async () => {
    const performed: Performed[] = [];
    const commands = commandsOver(async () => 4, performed);
    expect(await commands.execute('c1', 'close_expired_sessions', null as unknown as Parameters)).to.equal(4);
    expect(performed[0]?.args).to.deep.equal({});
  });

  it('answers values of the caller: sessions and pages with dates, counts as numbers', async () => {
    const answers: Record<SessionOperation['answer'], SessionAnswer> = {
      session,
      page: { total: 1, data: [session] },
      count: 3,
    };
    const commands = commandsOver(async ({ answer }) => answers[answer]);
    const run = (name: string) => commands.execute('c1', name, new Parameters());
    expect(await run('get_session_by_id')).to.deep.equal({ ...plainHead, data: { a: 1 } });
    expect({ ...((await run('get_sessions')) as object) }).to.deep.equal({ total: 1, data: [plainHead] });
    expect(await run('close_sessions')).to.equal(3);
  });

  it('lets the errors of operations through', async () => {
    const commands = commandsOver(async () => {
      throw sessionError('c1', 'SESSION_CLOSED');
    });
    const error: unknown = await commands
      .execute('c1', 'store_session_data', new Parameters())
      .catch((reason) => reason);
    expect(error).to.include({ code: 'SESSION_CLOSED', status: 409 });
  });
});
