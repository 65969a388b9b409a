export * from './http/NodeHttpClient.js';
export { SessionsHttpClientV1 as SessionsCommandableHttpClientV1 } from './http/NodeHttpClient.js';
export * from './surface.js';
