import type { Load, Service } from './Children.js';
import { type Effort, inTurn, type Measured, order, ratioRow, sideOf } from './HttpFigures.js';
import type { LoadOrder } from './LoadGenerator.js';
import { DATA } from './SampleData.js';
import type { Row } from './Table.js';

const SESSIONS = 1000;
/** So many turns are made of one: the shorter a turn, the more alike is what the machine does meanwhile to both sides. */
const PARTS = 4;
const BUDGET = { atLeast: 0.9 };

/** The reads of the older systems as ratios to `validate_session` over commandable HTTP: the same sessions of the same service. */
export async function againstValidate(load: Load, service: Service, effort: Effort): Promise<Row[]> {
  const ids = await openAll(service);
  const turns = { rounds: effort.rounds * PARTS, milliseconds: effort.milliseconds / PARTS };
  const validate = order(service.port, 'validate_session', ids.map(sessionOf), turns.milliseconds);
  const calls: Record<string, LoadOrder> = {
    'validate.cgi': {
      ...validate,
      path: '/validate.cgi',
      queries: ids.map((id, i) => `?user_id=user${i};service=wiki;session_id=${id}`),
    },
    '/sessman/get': {
      ...validate,
      path: '/sessman/get',
      queries: ids.map((id, i) => `?sessionid=${id}&userid=user${i}`),
    },
  };
  const rows: Row[] = [];
  for (const [name, call] of Object.entries(calls)) {
    await assertAnswered(call);
    const [measured, base] = await inTurn(load, [sideOf(service, call), sideOf(service, validate)], turns);
    rows.push(ratioRow(`${name} / validate_session`, measured as Measured[], base as Measured[], BUDGET));
  }
  return rows;
}

/** Sessions with the content of the other figures and a binding; answers their ids. */
async function openAll(service: Service): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < SESSIONS; i++) {
    const text = await service.call('open_session', { user_id: `user${i}`, service: 'wiki', data: DATA });
    ids.push(JSON.parse(text).id);
  }
  return ids;
}

/** The scripts answer errors with 200, too: what is measured must be an answer. */
async function assertAnswered({ port, path, queries = [] }: LoadOrder): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}${path}${queries[0]}`);
  const text = await response.text();
  if (!response.ok || !/^ok$|^\{"session_id":/.test(text)) throw new Error(`${path} was answered ${text}`);
}

function sessionOf(id: string): string {
  return JSON.stringify({ session_id: id });
}
