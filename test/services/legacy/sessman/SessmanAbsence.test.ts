import { expect } from 'chai';
import { fileStore, memoryStore } from '../../../support/ApiStores.js';
import { sessmanService } from './SessmanService.js';

const DAY = 86_400_000;

for (const [kind, stored] of Object.entries({ memory: memoryStore, file: fileStore })) {
  describe(`A session that sessman does not show, in ${kind}`, () => {
    const sessman = sessmanService(stored);

    /** Ids of sessions in each state in which the caller gets none. Beside the unknown one, each was there. */
    async function absentSessions(): Promise<Record<string, string>> {
      const { controller } = sessman;
      const expired = await sessman.open('ann', { a: 1 });
      sessman.clock.advance(DAY);
      const [closed, foreign, replaced] = [
        await sessman.open('ann'),
        await sessman.open('bob', { a: 1 }),
        'r'.repeat(32),
      ];
      await controller.closeSession(null, closed);
      const binding = { user_id: 'ann', service: 'wiki' };
      await controller.openBoundSession(null, { ...binding, session_id: replaced });
      await controller.openBoundSession(null, binding);
      const swept = await sessman.open('ann');
      await controller.storeSessionData(null, swept, {}, { expire_timeout: 1 });
      sessman.clock.advance(1);
      await controller.closeExpiredSessions(null);
      sessman.clock.advance(DAY - 2);
      return { unknown: 'f'.repeat(32), expired, closed, foreign, replaced, swept };
    }

    /** Every call that the store gets while this runs. */
    async function storeCalls(run: () => Promise<unknown>): Promise<string[]> {
      const seen: string[] = [];
      const target = sessman.persistence as unknown as Record<string, (...args: unknown[]) => unknown>;
      const names = ['getOneById', 'change', 'access', 'create', 'getPageByFilter', 'deleteById', 'replace'];
      for (const name of names) {
        const call = target[name] as (...args: unknown[]) => unknown;
        target[name] = (...args) => {
          seen.push(name);
          return call.apply(target, args);
        };
      }
      await run();
      for (const name of names) delete target[name];
      return seen;
    }

    it('is answered to get with the same bytes, whyever there is none', async () => {
      for (const [why, id] of Object.entries(await absentSessions())) {
        const { status, text } = await sessman.call(`get?sessionid=${id}&userid=ann`);
        expect(status, why).to.equal(404);
        expect(text, why).to.equal('{"error":"There is no such session","code":"NOT_FOUND","status":404}');
      }
    });

    it('is answered to update with the same bytes, with data or without', async () => {
      const { foreign: _, ...absent } = await absentSessions();
      for (const [why, id] of Object.entries(absent)) {
        for (const body of ['', '{"data":{"a":2}}']) {
          const { status, text } = await sessman.call(`update?sessionid=${id}`, { body });
          expect(status, why).to.equal(404);
          expect(text, why).to.equal('{"error":"There is no such session","code":"NOT_FOUND","status":404}');
        }
      }
    });

    it('has the same headers as any other, and the correlation id of its caller', async () => {
      const headers = new Set<string>();
      for (const id of Object.values(await absentSessions())) {
        const reply = await sessman.call(`get?sessionid=${id}&userid=ann&correlation_id=c1`);
        expect(reply.body['correlation_id']).to.equal('c1');
        headers.add(JSON.stringify({ ...reply.headers, date: '' }));
      }
      expect([...headers]).to.have.length(1);
    });

    it('is looked for by one step of the store, whyever there is none', async () => {
      const { foreign, ...absent } = await absentSessions();
      for (const [why, id] of Object.entries({ ...absent, foreign })) {
        const got = await storeCalls(() => sessman.call(`get?sessionid=${id}&userid=ann`));
        expect(got, why).to.deep.equal(['getOneById']);
      }
      for (const [why, id] of Object.entries(absent)) {
        const updated = await storeCalls(() => sessman.call(`update?sessionid=${id}`));
        expect(updated, why).to.deep.equal(['change']);
      }
    });

    it('is refused as wrong for wrong data, before it is looked for', async () => {
      for (const [why, id] of Object.entries(await absentSessions())) {
        const { status } = await sessman.call(`update?sessionid=${id}`, {
          body: `{"data":${'['.repeat(33)}${']'.repeat(33)}}`,
        });
        expect(status, why).to.equal(400);
      }
    });
  });
}
