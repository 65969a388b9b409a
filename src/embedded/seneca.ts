/**
 * The entry `service-sessions/seneca`: the plugin for an instance of Seneca in the same process, `seneca.use(sessions,
 * {controller})`. `require` answers the plugin itself.
 */

import { sessions } from '../services/version1/seneca/SessionsSenecaPlugin.js';

export type { SessionsPluginOptions } from '../services/version1/seneca/SessionsSenecaPlugin.js';
export { sessions, sessions as default, sessions as 'module.exports' };
