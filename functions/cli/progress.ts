/** Progress of long work: a bar that redraws on a terminal, a plain line per item everywhere else. */

export type Progress = {
  /** One item is done; `line`, unless it is empty, is shown where there is no bar, or above the bar when it `matters`. */
  step(line: string, options?: { matters: boolean }): void;
  end(): void;
};

const barWidth = 30;

export function makeProgress(
  /** Null when it is unknown. */
  total: number | null,
  out: { isTTY?: boolean | undefined; columns?: number | undefined; write(text: string): unknown },
): Progress {
  let done = 0;
  const clear = () => out.write('\r\u001b[K');
  const draw = () => {
    if (total === null) {
      out.write(`\r${done} so far`);
      return;
    }
    const filled = Math.min(barWidth, Math.round((done / Math.max(1, total)) * barWidth));
    out.write(`\r[${'#'.repeat(filled)}${' '.repeat(barWidth - filled)}] ${done}/${total}`);
  };
  return {
    step(line, { matters } = { matters: false }) {
      done++;
      if (!out.isTTY) {
        if (line !== '') out.write(`${line}\n`);
        return;
      }
      if (matters) {
        clear();
        out.write(`${line.slice(0, Math.max(20, out.columns ?? 80))}\n`);
      }
      draw();
    },
    end() {
      if (out.isTTY && done > 0) out.write('\n');
    },
  };
}
