import { SessionsFilePersistence } from '../../../src/persistence/file/SessionsFilePersistence.js';

/** A process that has the data file open whose path is its argument, says so with a line, and waits. */
const store = new SessionsFilePersistence(process.argv[2]);
await store.open(null);
console.log('open');
process.stdin.resume();
