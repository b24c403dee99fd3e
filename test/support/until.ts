/** Waiting for what ends in its own time, without a pause of a fixed length. */

/** So long between two looks: a process has a core of its own to answer with. */
const pauseMs = 50;

/** Asks until the answer satisfies; for what another process does in its own time. */
export async function until<T>(
  ask: () => Promise<T>,
  satisfied: (answer: T) => boolean,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (satisfied(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`not in ${timeoutMs} ms: ${JSON.stringify(answer).slice(0, 500)}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
