import { sessionsMiddlewareSuite } from './SessionsMiddlewareSuite.js';
import { expressFramework } from './WebApp.js';

sessionsMiddlewareSuite(expressFramework);
