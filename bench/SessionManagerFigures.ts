import { SessionRegister } from '../src/embedded/SessionRegister.js';
import { systemClock } from '../src/toolkit/Clock.js';
import { processTimers, type Timers } from '../src/toolkit/Timers.js';
import { type Row, row } from './Table.js';

const SESSIONS = 100_000;
const ROUNDS = 5;
/** The shortest time-out there is, in seconds. */
const TIMEOUT = 2;

/** What `SessionManager` costs with 100,000 sessions, and how late it tells that they have expired. */
export async function sessionManager(): Promise<Row[]> {
  const timers = new CountedTimers();
  const register = new SessionRegister(systemClock, timers);
  register.setSessionTimeOut(TIMEOUT);
  const speeds: number[] = [];
  const ends = new Lateness(register);
  for (let i = 0; i < ROUNDS; i++) {
    speeds.push(creations(register));
    await ends.all();
  }
  const created = ends.take();
  for (let i = 0; i < ROUNDS; i++) {
    register.setSessionTimeOut(3600);
    creations(register);
    register.setSessionTimeOut(TIMEOUT);
    for (const key of Object.keys(register.sessions)) {
      ends.expect(key);
      register.restartSessionTimer(key);
    }
    await ends.all();
  }
  const restarted = ends.take();
  const bare = await fewAtATime(register, ends);
  const few = ends.take();
  const note = `${SESSIONS.toLocaleString('en')} sessions`;
  return [
    row('SessionManager: sessions created', 'a second', speeds, { atLeast: 300_000 }, note),
    row('SessionManager: timers', 'at a time', [timers.most], { atMost: 1 }, note),
    row(
      'SessionManager: latest expiry, one session at a time',
      'ms',
      few.worst,
      { atMost: 10 },
      `${few.note}; ${bare}`,
    ),
    row(
      'SessionManager: latest expiry, created in one go',
      'ms',
      created.worst,
      { atMost: 10 },
      `${note}; ${created.note}`,
    ),
    row(
      'SessionManager: latest expiry, restarted in one go',
      'ms',
      restarted.worst,
      null,
      `${note}; ${restarted.note}`,
    ),
  ];
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

/** How late the ends of sessions are told. */
class Lateness {
  private due = new Map<string, number>();
  private worst: number[] = [];
  private latest = 0;
  private sum = 0;
  private count = 0;
  private left = 0;
  private allTold: () => void = () => {};

  constructor(private readonly register: SessionRegister) {
    register.on('sessionDeleted', (key) => this.note(Date.now() - (this.due.get(key) ?? 0)));
  }

  /** A session that starts anew now. */
  expect(key: string): void {
    this.due.set(key, Date.now() + TIMEOUT * 1000);
  }

  /** Waits until all have ended. */
  async all(): Promise<void> {
    const sessions = Object.values(this.register.sessions);
    this.left = sessions.length;
    for (const { key, createdAt } of sessions) if (!this.due.has(key)) this.due.set(key, createdAt + TIMEOUT * 1000);
    // The timer of the register alone would not keep the process alive.
    const keeps = setInterval(() => {}, 60_000);
    await new Promise<void>((resolve) => {
      this.allTold = resolve;
    });
    clearInterval(keeps);
    this.worst.push(this.latest);
    this.latest = 0;
    this.due.clear();
  }

  take(): { worst: number[]; note: string } {
    const taken = { worst: this.worst, note: `mean ${(this.sum / this.count).toFixed(2)} ms` };
    [this.worst, this.sum, this.count] = [[], 0, 0];
    return taken;
  }

  private note(late: number): void {
    this.latest = Math.max(this.latest, late);
    this.sum += late;
    this.count++;
    this.left--;
    if (this.left === 0) this.allTold();
  }
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
