import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { installedPackage, orSkip } from '../../compatibility/OlderPackage.js';
import { ROOT, ServiceProcess } from '../../support/ServiceProcess.js';

const OLDER = 'client-sessions-node';
const OURS = 'service-sessions-client';
const TOOLKIT = 'pip-services3-commons-nodex';

interface Step {
  name: string;
  answer?: unknown;
  error?: {
    code?: string;
    status?: number;
    category?: string;
    correlation_id?: string;
    message: string;
    isError: boolean;
  };
}

describe(`A program written for ${OLDER} 1.1.3, with only the name of the package changed`, function () {
  this.timeout(60_000);
  let folder: string | undefined;
  let older: Step[];
  let ours: Step[];

  before(async function () {
    this.timeout(180_000);
    const installed = await orSkip(installedPackage(OLDER, '1.1.3'), this.test?.parent);
    if (installed === null) return this.skip();
    folder = mkdtempSync(join(tmpdir(), 'sessions-'));
    const script = readFileSync(join(ROOT, 'test/client/compatibility/OlderScript.cjs'), 'utf8');
    const theirs = project(folder, 'theirs', join(installed, 'node_modules'), [OLDER, TOOLKIT]);
    const changed = project(folder, 'changed', join(ROOT, 'node_modules'), [OURS, TOOLKIT]);
    writeFileSync(join(theirs, 'main.js'), script);
    writeFileSync(join(changed, 'main.js'), script.replaceAll(OLDER, OURS));
    older = await stepsOf(theirs);
    ours = await stepsOf(changed);
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  it('takes the same steps', () => {
    expect(older.length).to.be.greaterThan(35);
    expect(ours.map(({ name }) => name)).to.deep.equal(older.map(({ name }) => name));
  });

  it('gets the same answers, times being dates', () => {
    const answers = (steps: Step[]) => steps.map(({ name, answer }) => ({ name, answer }));
    expect(answers(ours)).to.deep.equal(answers(older));
    expect(older.filter(({ answer }) => answer !== null && answer !== undefined)).to.have.length.greaterThan(25);
  });

  it('gets the same errors', () => {
    const errors = (steps: Step[]) =>
      steps.flatMap(({ name, error }) => (error === undefined ? [] : [{ name, ...error }]));
    expect(errors(ours)).to.deep.equal(errors(older));
    expect(errors(older).map(({ code }) => code)).to.deep.equal(['INVALID_DATA', 'SESSION_CLOSED', 'SESSION_CLOSED']);
  });
});

describe('The example that the older documents print', function () {
  this.timeout(60_000);

  for (const name of ['SessionsHttpClientV1', 'SessionsCommandableHttpClientV1']) {
    it(`runs with ${name}: without new, with six arguments, with lists of two`, async () => {
      const script = readFileSync(join(ROOT, 'test/client/compatibility/AsPrinted.cjs'), 'utf8');
      const folder = mkdtempSync(join(tmpdir(), 'sessions-'));
      try {
        const place = project(folder, 'printed', join(ROOT, 'node_modules'), [OURS]);
        writeFileSync(join(place, 'main.js'), script.replaceAll('SessionsHttpClientV1', name));
        expect(await outputOf(place)).to.deep.equal({ stdout: '123 true 1\n', stderr: '' });
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});

/** A CommonJS project that has nothing but some packages of another one. */
function project(parent: string, name: string, packages: string, names: string[]): string {
  const folder = join(parent, name);
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  for (const one of names) symlinkSync(join(packages, one), join(folder, 'node_modules', one));
  return folder;
}

async function stepsOf(place: string): Promise<Step[]> {
  return withoutIds(JSON.parse((await outputOf(place)).stdout) as Step[]);
}

/** Runs the program of a project to its end, against a service that has no sessions yet. */
async function outputOf(place: string): Promise<{ stdout: string; stderr: string }> {
  const service = await ServiceProcess.start({ cwd: place, args: ['-p', 'HTTP_PORT=0'] });
  try {
    const args = [join(place, 'main.js'), new URL(service.url).port];
    return await promisify(execFile)(process.execPath, args, { cwd: place, timeout: 50_000 });
  } finally {
    await service.stop();
  }
}

/** Ids differ from run to run: each becomes the number of its first appearance. */
function withoutIds(steps: Step[]): Step[] {
  const ids = new Map<string, string>();
  const text = JSON.stringify(steps).replace(/\b[0-9a-f]{32}\b/g, (id) => {
    const known = ids.get(id) ?? `<session ${ids.size + 1}>`;
    ids.set(id, known);
    return known;
  });
  return JSON.parse(text) as Step[];
}
