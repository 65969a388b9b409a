import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join, normalize } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ROOT } from '../../support/ServiceProcess.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const HOW_TO = 'there is no Chromium on the PATH; apt-get install -y chromium';
const BUILT = join(ROOT, 'client', 'dist', 'esm');

const PAGE = `<!doctype html><title>Application</title>
<script type="importmap">{ "imports": {
  "service-sessions-client": "/client/browser.js",
  "service-sessions-client/sessman": "/client/sessman.js"
} }</script>`;

/** A page of an application with the built client, in a real browser, from an origin of its own. */
export class BrowserPage {
  private constructor(
    readonly page: Page,
    private readonly browser: Browser,
    private readonly server: Server,
  ) {}

  /** Rejects where no Chromium is installed, with what installs it. */
  static async open(): Promise<BrowserPage> {
    const executablePath = installedChromium();
    if (executablePath === undefined) throw new Error(HOW_TO);
    const server = await applicationServer();
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return new BrowserPage(page, browser, server);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function installedChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The page, and below /client the modules of the package as they were built for browsers. */
async function applicationServer(): Promise<Server> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '', 'http://localhost').pathname;
    if (path === '/') return response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
    try {
      const module = await readFile(join(BUILT, normalize(path).replace('/client/', '')));
      return response.writeHead(200, { 'content-type': 'text/javascript' }).end(module);
    } catch {
      return response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
