import {
  CompositeCounters,
  CompositeTracer,
  ContextInfo,
  LogCounters,
  LogTracer,
  NullCounters,
  NullLogger,
  NullTracer,
} from 'pip-services3-components-nodex';
import { LineLogger, LOGGER_OPTIONS } from '../toolkit/LineLogger.js';
import type { OptionTable } from '../toolkit/Options.js';
import type { ComponentRow } from './ComponentRow.js';

const LONGEST_INTERVAL = 2_147_483_647;
const interval = (standard: number, doc: string) =>
  ({ type: 'integer', unit: 'ms', min: 0, max: LONGEST_INTERVAL, default: standard, doc }) as const;
const withoutEffect = { type: 'ignored', default: undefined, doc: 'Accepted, without effect.' } as const;

const INFO_OPTIONS = {
  name: { type: 'text', default: 'service-sessions', doc: 'Name of this service, in its status and its ready line.' },
  description: { type: 'text', default: undefined, doc: 'What it is, in its status.' },
  'properties.*': { type: 'text', default: undefined, doc: 'Any further properties, in its status.' },
} as const satisfies OptionTable;

const COUNTERS_OPTIONS = {
  interval: interval(300_000, 'Time between two reports of the counters.'),
  'options.interval': interval(300_000, 'The same.'),
  reset_timeout: interval(0, 'Time after which the counters begin anew; 0 = never.'),
  'options.reset_timeout': interval(0, 'The same.'),
  level: withoutEffect,
  source: withoutEffect,
} as const satisfies OptionTable;

const TRACER_OPTIONS = {
  'options.log_level': { ...LOGGER_OPTIONS.level, default: 'debug', doc: 'The level at which traces are logged.' },
  level: withoutEffect,
  source: withoutEffect,
} as const satisfies OptionTable;

/** The toolkit's, with a name where none is configured. */
class ServiceInfo extends ContextInfo {
  constructor() {
    super(INFO_OPTIONS.name.default);
  }
}

/**
 * The toolkit's own components, with what it lacks: tables of their options.
 *
 * A composite logger as a component finds itself among the loggers that it hands events on to, and does so without end.
 * Every component has one of its own, so that one in the configuration has nothing to do.
 */
const KINDS: readonly ComponentRow[] = [
  { pattern: 'context-info:default:*:1.0', component: ServiceInfo, options: INFO_OPTIONS },
  { pattern: 'container-info:default:*:1.0', component: ServiceInfo, options: INFO_OPTIONS },
  { pattern: 'logger:console:*:1.0', component: LineLogger, options: LOGGER_OPTIONS },
  { pattern: 'logger:null:*:1.0', component: NullLogger, options: LOGGER_OPTIONS },
  { pattern: 'logger:composite:*:1.0', component: NullLogger, options: LOGGER_OPTIONS },
  { pattern: 'counters:log:*:1.0', component: LogCounters, options: COUNTERS_OPTIONS },
  { pattern: 'counters:null:*:1.0', component: NullCounters, options: COUNTERS_OPTIONS },
  { pattern: 'counters:composite:*:1.0', component: CompositeCounters, options: COUNTERS_OPTIONS },
  { pattern: 'tracer:log:*:1.0', component: LogTracer, options: TRACER_OPTIONS },
  { pattern: 'tracer:null:*:1.0', component: NullTracer, options: TRACER_OPTIONS },
  { pattern: 'tracer:composite:*:1.0', component: CompositeTracer, options: TRACER_OPTIONS },
];

/** The group that older configurations name the toolkit's components by. */
export const OLDER_GROUP = 'service-commons';

export const TOOLKIT_COMPONENTS: readonly ComponentRow[] = ['pip-services', OLDER_GROUP].flatMap((group) =>
  KINDS.map((row) => ({ ...row, pattern: `${group}:${row.pattern}` })),
);
