interface OlderOptions {
  base_url: string;
  auth: string | null;
  data: unknown;
}

export interface OlderSession {
  session_id: string | undefined;
  data: Record<string, unknown>;
  createSession(): Promise<void>;
  updateSession(): Promise<void>;
  /** What a call answers; null where it fails. */
  get_data(
    command: string,
    parameters: Record<string, string>,
    data?: unknown,
  ): Promise<Record<string, unknown> | null>;
}

export type OlderSessionClass = new (user: string, options: object) => OlderSession;

/**
 * A class that speaks as the one in the older system's document does: with its parameters, which it does not encode, its content type,
 * its body, and failures as null. What kept that one from working is put right. It may be sent to a browser as a text.
 */
export function olderSessionClass(): OlderSessionClass {
  return class {
    session_id: string | undefined;
    data: Record<string, unknown>;
    readonly options: OlderOptions;

    constructor(
      readonly user: string,
      options: object,
    ) {
      this.options = { base_url: '', auth: null, data: {}, ...options };
      this.data = this.options.data as Record<string, unknown>;
    }

    async get_data(command: string, parameters: Record<string, string>, data?: unknown) {
      let query = '';
      for (const name of Object.keys(parameters)) {
        query = query === '' ? `${name}=${parameters[name]}` : `${query}&${name}=${parameters[name]}`;
      }
      const headers: Record<string, string> = { 'Content-type': 'text/javascript' };
      if (this.options.auth) headers['Authorization'] = `Bearer ${this.options.auth}`;
      const body = data === undefined ? '' : JSON.stringify({ data });
      const response = await fetch(`${this.options.base_url}/${command}?${query}`, { headers, method: 'POST', body });
      return response.ok ? ((await response.json()) as Record<string, unknown>) : null;
    }

    async createSession(): Promise<void> {
      this.take(await this.get_data('new', { user: this.user }, this.data));
    }

    async updateSession(): Promise<void> {
      this.take(await this.get_data('update', { session_id: String(this.session_id) }, this.data));
    }

    take(answer: Record<string, unknown> | null): void {
      if (!answer?.['session_id'] || !answer['data']) throw new Error('Invalid data received');
      this.session_id = answer['session_id'] as string;
      this.data = answer['data'] as Record<string, unknown>;
    }
  };
}
