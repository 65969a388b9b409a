import { sessionsMiddlewareSuite } from './SessionsMiddlewareSuite.js';
import { fastifyFramework } from './WebApp.js';

sessionsMiddlewareSuite(fastifyFramework);
