/**
 * `node healthcheck.js PORT…`: a container's health, whatever its role. A role listens on some of the ports; it is
 * healthy when at least one is open and each that is open answers `/health` with 200. Exit code 0 when healthy, else 1.
 */
const silenceMs = 4_000;

/** The status of `/health` on a port of this machine, or `undefined` when nobody listens there. */
async function health(port: string): Promise<number | undefined> {
  try {
    const signal = AbortSignal.timeout(silenceMs);
    const response = await fetch(`http://127.0.0.1:${port}/health`, { signal });
    await response.arrayBuffer();
    return response.status;
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause;
    return cause?.code === 'ECONNREFUSED' ? undefined : 0;
  }
}

const statuses = (await Promise.all(process.argv.slice(2).map(health))).filter(
  (status) => status !== undefined,
);
process.exitCode = statuses.length > 0 && statuses.every((status) => status === 200) ? 0 : 1;
