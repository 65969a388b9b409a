/** The entry `service-sessions/seneca`: the plugin for an instance of Seneca in the same process. */

export { sessions } from '../services/version1/seneca/SessionsSenecaPlugin.js';
