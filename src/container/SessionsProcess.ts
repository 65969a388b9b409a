import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ILogger } from 'pip-services3-components-nodex';
import { LineLogger, oneLine } from '../toolkit/LineLogger.js';
import { type CommandLine, readCommandLine, USAGE } from './CommandLine.js';
import { readConfigFile } from './ConfigFile.js';
import { withLentOptions } from './LentConfiguration.js';
import { readyLine } from './ReadyLine.js';
import { rehearse } from './Rehearsal.js';
import { SessionsContainer } from './SessionsContainer.js';
import { EXIT, explainStartFailure } from './StartFailure.js';
import { listenForStop } from './StopRequests.js';
import { templateParameters } from './TemplateParameters.js';

const NAME = 'service-sessions';
const DESCRIPTION = 'User sessions as a service';
const PACKAGE = new URL('../../../', import.meta.url);
const DEFAULT_CONFIG = './config/config.yml';

/** How long a stop may take, in milliseconds. */
const STOP_TIMEOUT = 10_000;
/** A timer has to be set anew before this many milliseconds have passed. */
const LONGEST_INTERVAL = 2_147_483_647;

/**
 * Runs the service as a process: reads the configuration, opens what it lists, and closes it when the process is to stop.
 *
 * ### Example ###
 *
 *     process.exit(await new SessionsProcess().run());
 */
export class SessionsProcess {
  /** For what must be seen whatever loggers are configured. */
  private readonly stderrLogger = new LineLogger();
  private logger: ILogger = this.stderrLogger;
  /** Errors that nobody caught. */
  private faults = 0;

  /**
   * Resolves with the exit code when the process has stopped: 0 after a signal, 78 for a bad configuration, 1 otherwise.
   * Ends the process itself where stopping takes too long or a second signal comes. Arguments are those after the script.
   */
  async run(args: readonly string[] = process.argv.slice(2)): Promise<number> {
    surviveLostReaders();
    try {
      const line = readCommandLine(args);
      if (line.show !== null) return show(line.show);
      return await this.serve(line);
    } catch (error) {
      return this.reportStartFailure(error);
    }
  }

  private async serve(line: CommandLine): Promise<number> {
    const stopped = this.listenForStop();
    const file = line.config ?? defaultConfig();
    const configs = withLentOptions(file, readConfigFile(file, templateParameters(process.env, line.parameters)));
    rehearse(file, configs);
    const container = new SessionsContainer(NAME, DESCRIPTION, configs);
    await container.open(NAME);
    this.logger = container.logger;
    process.stdout.write(`${oneLine(await readyLine(version(), configs, container.components))}\n`);

    await stopped;
    await container.close(NAME);
    this.logger.info(NAME, 'Stopped');
    return this.faults + container.failures.length === 0 ? EXIT.STOPPED : EXIT.FAILED;
  }

  /** Resolves when the process is to stop. */
  private listenForStop(): Promise<void> {
    // Signals alone do not keep a process alive that has no address to listen on.
    const alive = setInterval(() => {}, LONGEST_INTERVAL);
    return new Promise((resolve) => {
      listenForStop({
        onStop: () => {
          clearInterval(alive);
          setTimeout(() => this.giveUp(`Stopping took more than ${STOP_TIMEOUT} ms`), STOP_TIMEOUT);
          resolve();
        },
        onSignal: (signal) => this.logger.info(NAME, '%s: stopping', signal),
        onFault: (error) => {
          this.faults++;
          this.stderrLogger.fatal(NAME, error, 'Nobody caught an error');
        },
        onImpatience: () => this.giveUp('A second signal: stopping at once'),
      });
    });
  }

  private giveUp(why: string): void {
    this.stderrLogger.warn(NAME, why);
    process.exit(EXIT.FAILED);
  }

  private reportStartFailure(error: unknown): number {
    const { exitCode, sentence, unexpected } = explainStartFailure(error);
    process.stderr.write(`${NAME}: ${oneLine(sentence)}\n`);
    if (unexpected !== null) this.stderrLogger.fatal(NAME, unexpected, 'Unexpected');
    return exitCode;
  }
}

function show(what: 'usage' | 'version'): number {
  process.stdout.write(what === 'usage' ? USAGE : `${NAME} ${version()}\n`);
  return EXIT.STOPPED;
}

function defaultConfig(): string {
  return existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : fileURLToPath(new URL(DEFAULT_CONFIG, PACKAGE));
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8')) as { version: string };
  return version;
}

/** Whoever reads the output may go away; the service stays. */
function surviveLostReaders(): void {
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
}
