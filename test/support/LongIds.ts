import type { SessionEventV1 } from '../../src/data/version1/SessionEventV1.js';
import { type JsonValue, jsonText } from '../../src/toolkit/JsonValue.js';
import type { ApiUnderTest, RunningApi } from '../contracts/ApiUnderTest.js';

/** Makes of a short id one that may be brought over a transport, and keeps the order of ids. */
const TAIL = '-'.padEnd(20, '0');

/** For tests that bring short ids, over a way that takes long ones only: each travels with a tail that they never see. */
export function longIds(api: ApiUnderTest): ApiUnderTest {
  return {
    ...api,
    async start(options, clock) {
      return new LongIdsApi(await api.start({ ...options, accept_ids: true }, clock));
    },
  };
}

class LongIdsApi implements RunningApi {
  constructor(private readonly api: RunningApi) {}

  get events(): SessionEventV1[] {
    return this.api.events.map((event) => ({ ...event, session_id: shortened(event.session_id) }));
  }

  async callText(operation: string, json: string, correlationId: string | null): Promise<unknown> {
    const args = JSON.parse(json) as Record<string, JsonValue>;
    for (const key of ['session_id', 'except_session_id']) {
      if (typeof args[key] === 'string') args[key] += TAIL;
    }
    return withShortIds(await this.api.callText(operation, jsonText(args), correlationId));
  }

  restart(options: Parameters<RunningApi['restart']>[0]): Promise<void> {
    return this.api.restart({ ...options, accept_ids: true });
  }

  stop(): Promise<void> {
    return this.api.stop();
  }
}

/** Of a session or a page; a count and null have none. */
function withShortIds(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return answer;
  if (!('id' in answer)) return { ...answer, data: (answer as { data: unknown[] }).data.map(withShortIds) };
  return { ...answer, id: shortened(String(answer.id)) };
}

function shortened(id: string): string {
  return id.endsWith(TAIL) ? id.slice(0, -TAIL.length) : id;
}
