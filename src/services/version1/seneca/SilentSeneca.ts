import type { ISessionsController } from '../../../logic/ISessionsController.js';
import { configError } from '../../../toolkit/Options.js';
import { SenecaFault } from './SenecaFault.js';
import type { SenecaInstance } from './SenecaInstance.js';
import { correlationIdOf, type SenecaAnswer, type SenecaMessage } from './SessionMessages.js';
import { sessions } from './SessionsSenecaPlugin.js';

const nothing = (): void => {};

/** Older Seneca looks for a file of options beside whoever loads it: there is none. */
const NO_FILES = {
  require(): never {
    throw Object.assign(new Error('There are no options in files'), { code: 'MODULE_NOT_FOUND' });
  },
};

/**
 * By itself Seneca reads options from the arguments and the environment of the process and from files, logs to standard
 * output, ends the process on what it takes for fatal, listens by a transport that lets anyone close it, and answers a
 * message whose id it has seen with what it answered then.
 */
const OPTIONS = {
  tag: 'sessions',
  module: NO_FILES,
  log: 'silent',
  internal: { logger: nothing, print: { log: nothing, err: nothing } },
  debug: { undead: true, argv: [], env: {}, deprecation: false },
  system: { exit: nothing },
  default_plugins: { transport: false },
  history: { active: false },
  // The store has limits of its own, and a stop waits for what is under way before it closes this.
  timeout: 2_147_483_647,
  close_delay: 1,
};

interface SenecaModule {
  default: (options: object) => SenecaInstance;
}

/** An instance of Seneca with the sessions alone, which leaves the process alone. The one place that loads Seneca. */
export class SilentSeneca {
  private constructor(private readonly instance: SenecaInstance) {}

  static async open(controller: Pick<ISessionsController, 'perform'>): Promise<SilentSeneca> {
    const { default: seneca } = (await import('seneca')) as unknown as SenecaModule;
    const instance = started(seneca);
    instance.use(sessions(controller));
    await new Promise<void>((resolve) => instance.ready(() => resolve()));
    return new SilentSeneca(instance);
  }

  /** Hands on a message of the pattern. Rejects with a SenecaFault; whatever fails in Seneca itself is UNKNOWN. */
  act(message: SenecaMessage): Promise<SenecaAnswer> {
    return new Promise((resolve, reject) => {
      this.instance.act(message, (error, answer) => {
        if (error === null) resolve(answer ?? null);
        else reject(faultOf(correlationIdOf(message), error));
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.instance.close(() => resolve()));
  }
}

/** Seneca wraps what an action replies with into an error of its own. */
function faultOf(correlationId: string | null, error: Error & { orig?: unknown }): SenecaFault {
  return SenecaFault.of(correlationId, error.orig ?? error);
}

/** Whatever its options, Seneca looks for this one file in the working folder. */
function started(seneca: SenecaModule['default']): SenecaInstance {
  try {
    return seneca(OPTIONS);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'inverted_file_name') throw error;
    const what = 'Seneca does not start in a working folder that has a file options.seneca.js';
    throw configError('INVALID_OPTION', `service-sessions:service:seneca: ${what}`);
  }
}
