import { z } from 'zod';
import type { Logger } from '../ops/logger.ts';

/** A line of pino's; what describes the other process is left out. */
const lineSchema = z.looseObject({ level: z.number(), msg: z.string().optional() });

const methods = [
  [60, 'fatal'],
  [50, 'error'],
  [40, 'warn'],
  [30, 'info'],
  [20, 'debug'],
  [0, 'trace'],
] as const;

/** Logs a line of a child process here, at its own level; a line that is not pino's is a warning. */
export function forwardLine(logger: Logger, line: string): void {
  if (line.trim() === '') return;
  const parsed = lineSchema.safeParse(asJson(line));
  if (!parsed.success) {
    logger.warn({ from: 'generator' }, line);
    return;
  }
  const { level, msg = '', time: _time, role: _role, pid: _pid, hostname: _host, ...rest } = parsed.data;
  const method = methods.find(([least]) => level >= least)?.[1] ?? 'info';
  logger[method]({ from: 'generator', ...rest }, msg);
}

function asJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
