export * from './http/FetchHttpClient.js';
export { SessionsHttpClientV1 as SessionsCommandableHttpClientV1 } from './http/FetchHttpClient.js';
export * from './surface.js';
