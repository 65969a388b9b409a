import { SessionRegister } from '../src/embedded/SessionRegister.js';
import { systemClock } from '../src/toolkit/Clock.js';
import { processTimers, type Timers } from '../src/toolkit/Timers.js';
import { type Budget, type Row, row } from './Table.js';

const SESSIONS = 100_000;
const ROUNDS = 5;
/** Sessions a millisecond: 300,000 a second. */
const PACE = 300;
/** The shortest time-out there is, in seconds. */
const TIMEOUT = 2;

/** What `SessionManager` costs with 100,000 sessions, and how late it tells that they have expired. */
export async function sessionManager(): Promise<Row[]> {
  const timers = new CountedTimers();
  const register = new SessionRegister(systemClock, timers);
  register.setSessionTimeOut(TIMEOUT);
  const ends = new Lateness(register);
  const speeds: number[] = [];
  const created = await rounds(ends, () => speeds.push(creations(register)));
  const paced = await rounds(ends, () => pacedCreations(register));
  const restarted = await rounds(ends, () => restarts(register, ends));
  const bare = await fewAtATime(register, ends);
  const few = ends.take();
  const note = `${SESSIONS.toLocaleString('en')} sessions`;
  const latest = (what: string, { worst, note }: Told, budget: Budget, more: string): Row =>
    row(`SessionManager: latest expiry, ${what}`, 'ms', worst, budget, `${note}; ${more}`);
  return [
    row('SessionManager: sessions created', 'a second', speeds, { atLeast: 300_000 }, note),
    row('SessionManager: timers', 'at a time', [timers.most], { atMost: 1 }, note),
    latest('one session at a time', few, { atMost: 10 }, bare),
    latest(`created at ${PACE} a millisecond`, paced, { atMost: 10 }, note),
    latest('created in one go', created, { atMost: 10 }, note),
    latest('restarted in one go', restarted, null, note),
  ];
}

async function rounds(ends: Lateness, begin: () => void): Promise<Told> {
  for (let i = 0; i < ROUNDS; i++) {
    begin();
    await ends.all();
  }
  return ends.take();
}

/** As sessions come over many connections: so many a millisecond, and not sooner. */
function pacedCreations(register: SessionRegister): void {
  const began = performance.now();
  for (let i = 0; i < SESSIONS; i++) {
    if (i % PACE === 0) while (performance.now() - began < i / PACE);
    register.loadNewSession(`User ${i % 1000}`);
  }
}

function restarts(register: SessionRegister, ends: Lateness): void {
  // However long creating them takes, none ends before it is restarted.
  register.setSessionTimeOut(3600);
  creations(register);
  register.setSessionTimeOut(TIMEOUT);
  for (const key of Object.keys(register.sessions)) {
    ends.expect();
    register.restartSessionTimer(key);
  }
}

/** Sessions a second. */
function creations(register: SessionRegister): number {
  const began = performance.now();
  for (let i = 0; i < SESSIONS; i++) register.loadNewSession(`User ${i % 1000}`);
  return (SESSIONS * 1000) / (performance.now() - began);
}

/** A session every few milliseconds. Answers how late timers come that are set at the same moments: that is the machine's. */
async function fewAtATime(register: SessionRegister, ends: Lateness): Promise<string> {
  let latest = 0;
  for (let i = 0; i < 200; i++) {
    register.loadNewSession('User');
    const due = Date.now() + TIMEOUT * 1000;
    setTimeout(() => {
      latest = Math.max(latest, Date.now() - due);
    }, TIMEOUT * 1000);
    await new Promise((resolve) => setTimeout(resolve, 7));
  }
  await ends.all();
  return `setTimeout beside it: latest ${latest} ms`;
}

interface Told {
  /** The latest end of each round, in milliseconds. */
  worst: number[];
  note: string;
}

/** How late the ends of sessions are told, which is in the order in which they began. */
class Lateness {
  /** In a place of its own, so that measuring leaves nothing to collect. */
  private readonly due = new Float64Array(SESSIONS);
  private begun = 0;
  private told = 0;
  private worst: number[] = [];
  private latest = 0;
  private sum = 0;
  private count = 0;
  /** Microseconds, with those of collecting garbage on other cores. */
  private processor = 0;
  private before = 0;
  private allTold: () => void = () => {};

  constructor(private readonly register: SessionRegister) {
    register.on('sessionDeleted', () => this.note(Date.now() - (this.due[this.told++] as number)));
  }

  /** A session that starts anew now. */
  expect(): void {
    this.due[this.begun++] = Date.now() + TIMEOUT * 1000;
  }

  /** Waits until all have ended: those that were expected or, where none was, all that there are. */
  async all(): Promise<void> {
    if (this.begun === 0) {
      for (const { createdAt } of Object.values(this.register.sessions))
        this.due[this.begun++] = createdAt + TIMEOUT * 1000;
    }
    // The timer of the register alone would not keep the process alive.
    const keeps = setInterval(() => {}, 60_000);
    await new Promise<void>((resolve) => {
      this.allTold = resolve;
    });
    clearInterval(keeps);
    this.processor += processorTime() - this.before;
    this.worst.push(this.latest);
    [this.latest, this.begun, this.told] = [0, 0, 0];
  }

  take(): Told {
    const mean = `mean ${(this.sum / this.count).toFixed(2)} ms`;
    const processor = `${(this.processor / this.count).toFixed(2)} us of processor each`;
    const taken = { worst: this.worst, note: `${mean}, ${processor}` };
    [this.worst, this.sum, this.count, this.processor] = [[], 0, 0, 0];
    return taken;
  }

  private note(late: number): void {
    if (this.told === 1) this.before = processorTime();
    if (late > this.latest) this.latest = late;
    this.sum += late;
    this.count++;
    if (this.told === this.begun) this.allTold();
  }
}

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

class CountedTimers implements Timers {
  most = 0;
  private running = 0;

  once(milliseconds: number, run: () => void): () => void {
    this.most = Math.max(this.most, ++this.running);
    const cancel = processTimers.once(milliseconds, () => {
      this.running--;
      run();
    });
    return () => {
      this.running--;
      cancel();
    };
  }
}
