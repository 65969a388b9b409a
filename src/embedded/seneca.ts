import { sessions as plugin } from '../services/version1/seneca/SessionsSenecaPlugin.js';

export type { SessionsPluginOptions } from '../services/version1/seneca/SessionsSenecaPlugin.js';

/**
 * The entry `service-sessions/seneca`: the plugin for an instance of Seneca in the same process, `seneca.use(sessions,
 * {controller})`. `require` answers what is exported as `module.exports`: the plugin itself, with its two names on it.
 */
export const sessions = Object.assign(plugin, { sessions: plugin, default: plugin });
export { sessions as default, sessions as 'module.exports' };
