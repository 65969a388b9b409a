import { CookieJar } from 'tough-cookie';

export interface PageAnswer {
  status: number;
  /** Of JSON; null when there is none. */
  body: Record<string, unknown> | null;
  /** The Set-Cookie headers. */
  cookies: string[];
  headers: Headers;
  text: string;
}

export interface PageRequest {
  method: string;
  headers: Record<string, string>;
  body?: string;
}

/** What a browser does with cookies, without its pages. */
export class Browser {
  readonly jar = new CookieJar(undefined, { prefixSecurity: 'strict' });

  constructor(readonly url: string) {}

  get(path: string, headers: Record<string, string> = {}): Promise<PageAnswer> {
    return this.send(path, { method: 'GET', headers });
  }

  post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<PageAnswer> {
    return this.send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  login(): Promise<PageAnswer> {
    return this.post('/login', { user_id: 'ann', data: {} });
  }

  /** One of another person or place, without its cookies. */
  another(): Browser {
    return new Browser(this.url);
  }

  /** The names and values of the cookies that it sends. */
  cookies(): Promise<string> {
    return this.jar.getCookieString(this.url);
  }

  async send(path: string, request: PageRequest): Promise<PageAnswer> {
    const url = `${this.url}${path}`;
    const kept = await this.jar.getCookieString(url);
    const headers = kept === '' ? request.headers : { cookie: kept, ...request.headers };
    const response = await fetch(url, { ...request, headers });
    const cookies = response.headers.getSetCookie();
    for (const cookie of cookies) await this.jar.setCookie(cookie, url);
    const text = await response.text();
    return { status: response.status, body: jsonOf(text), cookies, headers: response.headers, text };
  }
}

function jsonOf(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
