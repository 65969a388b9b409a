import type { ServedController } from './ServedController.js';

/** What the calls answer. */
export interface SessmanReply {
  status: number;
  body: { session_id?: string; user_id?: string; data?: unknown; expires?: string | null; error?: string };
}

/** Makes the calls of the sessman plugin as its callers do: the content in the body, everything else in the query string. */
export class SessmanCaller {
  constructor(private readonly served: () => Pick<ServedController, 'url'>) {}

  open(userid: string, data?: object): Promise<SessmanReply> {
    return this.call('new', { userid }, data);
  }

  update(sessionid: string, data?: object): Promise<SessmanReply> {
    return this.call('update', { sessionid }, data);
  }

  get(sessionid: string, userid: string): Promise<SessmanReply> {
    return this.call('get', { sessionid, userid });
  }

  private async call(name: string, parameters: Record<string, string>, data?: object): Promise<SessmanReply> {
    const response = await fetch(`${this.served().url}/sessman/${name}?${new URLSearchParams(parameters)}`, {
      method: 'POST',
      headers: { 'content-type': 'text/javascript' },
      ...(data !== undefined && { body: JSON.stringify({ data }) }),
    });
    return { status: response.status, body: (await response.json()) as SessmanReply['body'] };
  }
}
