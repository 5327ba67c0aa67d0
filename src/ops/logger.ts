import { type Logger as PinoLogger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from './config.ts';

export type Logger = PinoLogger;

/**
 * The process's logger: pretty on a terminal, one JSON object a line elsewhere. The secrets of the configuration are
 * struck out of every line, wherever in it they stand.
 */
export function createLogger(
  config: Pick<Config, 'log' | 'secrets'>,
  role: string,
  stream: NodeJS.WritableStream = process.stdout,
): Logger {
  const secrets = config.secrets.filter((secret) => secret.length >= 4);
  const strike = (line: string) =>
    secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), line);
  const out =
    config.log.format === 'pretty'
      ? pretty({ ignore: 'pid,hostname', sync: true, destination: stream })
      : stream;
  return pino(
    { level: config.log.level, base: { role }, timestamp: pino.stdTimeFunctions.isoTime, errorKey: 'error' },
    { write: (line: string) => out.write(strike(line)) },
  );
}
