/** The embedded services at loopback addresses, for processes that reach AWS by the SDK's own settings, as Lambda bundles do. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Answer, type Ask, type Call, type Service, services } from '../../functions/store/embedded-call.ts';

/** What happens to a call on its way: by default it is passed on. */
export type Pass = (call: Call & { body: Buffer }, ask: (call: Call) => Promise<Answer>) => Promise<Answer>;

export type AwsEndpoint = { url: string; close(): void };

export async function serveOverTcp(
  ask: Ask,
  service: Service,
  pass: Pass = (call, on) => on(call),
): Promise<AwsEndpoint> {
  const server: Server = createServer(async (incoming, outgoing) => {
    const { method = '', url: path = '', headers } = incoming;
    const given = Object.entries(headers).map(([name, value]) => [name, String(value)]);
    const call = { service, method, path, headers: Object.fromEntries(given), body: await buffer(incoming) };
    const { status, headers: answered, body } = await pass(call, ask);
    const { 'transfer-encoding': _, ...sent } = answered;
    outgoing.writeHead(status, { ...sent, 'content-length': body.byteLength }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The SDK's settings that lead to them. */
export async function awsEnvironment(ask: Ask): Promise<{ env: Record<string, string>; close(): void }> {
  const endpoints = await Promise.all(services.map((service) => serveOverTcp(ask, service)));
  const urls = services.map((service, i) => [`AWS_ENDPOINT_URL_${service.toUpperCase()}`, endpoints[i]?.url ?? '']);
  return {
    env: {
      ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
      ...Object.fromEntries(urls),
    },
    close() {
      for (const { close } of endpoints) close();
    },
  };
}
