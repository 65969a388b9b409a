#!/usr/bin/env node
import { existsSync } from 'node:fs';

const built = new URL('../dist/src/container/SessionsProcess.js', import.meta.url);
if (existsSync(built)) {
  const { SessionsProcess } = await import(built.href);
  process.exit(await new SessionsProcess().run());
} else {
  process.stderr.write('service-sessions: not built yet; run "npm start" or "npm run build" in its folder first\n');
  process.exit(1);
}
