import { systemClock } from '../ops/clock.ts';
import { type HealthChecks, startHealthServer } from '../ops/health-server.ts';
import type { RoleContext } from './role.ts';

const checkMs = 2_000;

/** Serves a process's health and figures where `METRICS_PORT` is set. @throws with a sentence when it can't be had */
export async function serveHealth(
  { config, logger, shutdown }: RoleContext,
  checks: HealthChecks,
): Promise<void> {
  if (config.metrics.port === undefined) return;
  const { host, port } = config.metrics;
  const health = await startHealthServer({ host, port }, checks).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `Health and metrics can't listen on ${host}:${port} (${error.code}): correct METRICS_HOST and METRICS_PORT.`,
      { cause: error },
    );
  });
  shutdown.add('health', () => health.close());
  logger.info({ url: health.url }, 'health and metrics');
}

/** Whether a question is answered in time, and not with an error. */
export async function answers(question: Promise<unknown>): Promise<boolean> {
  const late = systemClock.sleep(checkMs).then(() => false);
  return Promise.race([
    question.then(
      () => true,
      () => false,
    ),
    late,
  ]);
}
