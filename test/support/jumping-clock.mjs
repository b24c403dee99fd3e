/** Preloaded by a test: `Date.now()` is off by each of TEST_CLOCK_JUMPS_MS in turn, another one every 60 calls. */
const jumps = (process.env.TEST_CLOCK_JUMPS_MS ?? '0').split(',').map(Number);
const { now } = Date;
let calls = 0;
Date.now = () => now() + (jumps[Math.floor(calls++ / 60) % jumps.length] ?? 0);
