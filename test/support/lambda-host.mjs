/** Runs one bundle as Lambda does: a process of its own, its environment, one event after the other. Its clock may be set on. */
let laterMs = 0;
const { now } = Date;
Date.now = () => now() + laterMs;

// As Lambda does: what is logged so is no line of JSON any more.
console.log = (text) => process.stdout.write(`${new Date().toISOString()}\trequest-id\tINFO\t${text}\n`);

const { handler } = await import(process.argv[2]);

process.on('message', async ({ event, context, later }) => {
  laterMs = later;
  const began = performance.now();
  try {
    const result = (await handler(event, context)) ?? null;
    process.send({ result, ms: performance.now() - began, maxRssKb: process.resourceUsage().maxRSS });
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});
process.send('ready');
