/**
 * Of undici what fetching uses. The package's own index also brings WebSocket, caches, mocks and a second fetch. By path,
 * since the package's name leads here.
 */
import request from '../../node_modules/undici/lib/api/api-request.js';
import Dispatcher from '../../node_modules/undici/lib/dispatcher/dispatcher.js';

export { default as buildConnector } from '../../node_modules/undici/lib/core/connect.js';
export { default as errors } from '../../node_modules/undici/lib/core/errors.js';
export { default as Agent } from '../../node_modules/undici/lib/dispatcher/agent.js';
export { default as ProxyAgent } from '../../node_modules/undici/lib/dispatcher/proxy-agent.js';

// As the index does, for all of its methods.
Object.assign(Dispatcher.prototype, { request });
