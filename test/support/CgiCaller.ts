import type { ServedController } from './ServedController.js';

/** What the parameters of a call are: name and value, undefined for none. */
export type CgiParameters = Record<string, string | undefined>;

/** Calls the scripts as their callers do. */
export class CgiCaller {
  constructor(private readonly served: () => Pick<ServedController, 'url'>) {}

  /** The text that a call answers, which has to be a text of status 200; `query` begins with `?` or is empty. */
  async text(script: string, query: string, init?: RequestInit): Promise<string> {
    const response = await this.response(script, query, init);
    const type = response.headers.get('content-type');
    if (response.status !== 200 || type !== 'text/plain; charset=utf-8') {
      throw new Error(`${response.status}, ${type}: ${await response.text()}`);
    }
    return response.text();
  }

  response(script: string, query: string, init?: RequestInit): Promise<Response> {
    return fetch(`${this.served().url}/${script}.cgi${query}`, init);
  }

  add(parameters: CgiParameters): Promise<string> {
    return this.text('add_session', cgiQuery(parameters));
  }

  validate(session_id: string, parameters: CgiParameters): Promise<string> {
    return this.text('validate', cgiQuery({ ...parameters, session_id }));
  }

  expire(parameters: CgiParameters): Promise<string> {
    return this.text('expire_session', cgiQuery(parameters));
  }
}

/** As the older document writes it: pairs separated by `;`. */
export function cgiQuery(parameters: CgiParameters): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return `?${pairs.join(';')}`;
}
