import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Cron } from 'croner';
import { parse as parseDotenv } from 'dotenv';
import { z } from 'zod';

/** A setting that can't be used: its message is one sentence that names the setting and says what it takes. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** Settings that are never shown or logged, and that may come from a file named by `NAME_FILE`. */
export const secretNames = [
  'DATABASE_URL',
  'DISCORD_TOKEN',
  'TELEGRAM_TOKEN',
  'ADMIN_TOKEN',
  'HF_TOKEN',
  'GENERATOR_API_KEY',
] as const;

const portRange = 'a port from 0 to 65535';
const port = z.coerce.number(portRange).int(portRange).min(0, portRange).max(65535, portRange);

const wholeBetween = (min: number, max: number) => {
  const expected = `a whole number from ${min} to ${max}`;
  return z.coerce.number(expected).int(expected).min(min, expected).max(max, expected);
};
const wholeNumber = (byDefault: number, min: number, max: number) =>
  wholeBetween(min, max).default(byDefault);

const autoOr = (min: number, max: number) => {
  const expected = `auto, or a whole number from ${min} to ${max}`;
  return z.union([z.literal('auto'), z.coerce.number().int().min(min).max(max)], expected).default('auto');
};

const url = (protocols: string[]) => {
  const expected = `an address that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`;
  return z.string().refine((text) => {
    try {
      return protocols.includes(new URL(text).protocol);
    } catch {
      return false;
    }
  }, expected);
};
const httpUrl = url(['http:', 'https:']).transform((text) => text.replace(/\/+$/, ''));

const keyList = (pattern: RegExp, expected: string) =>
  z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .refine((keys) => keys.every((key) => pattern.test(key)), expected);

function isSchedule(text: string): boolean {
  try {
    return new Cron(text, { paused: true }).nextRun() !== null;
  } catch {
    return false;
  }
}

const settingsSchema = z.object({
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  DATA_DIR: z.string().default('./data'),
  DISCORD_TOKEN: z.string().optional(),
  DISCORD_API_URL: httpUrl.default('https://discord.com/api'),
  DISCORD_GUILD_ID: z
    .string()
    .regex(/^\d{1,20}$/, 'the number of a server')
    .optional(),
  DISCORD_SHARDS: z
    .string()
    .regex(/^(auto|[1-9]\d*|\d+(-\d+)?\/[1-9]\d*)$/, 'auto, a count, or a range such as 0-3/8')
    .default('auto'),
  TELEGRAM_TOKEN: z.string().optional(),
  TELEGRAM_API_ROOT: httpUrl.default('https://api.telegram.org'),
  WEB_HOST: z.string().default('127.0.0.1'),
  WEB_PORT: port.default(8501),
  ADMIN_TOKEN: z.string().min(8, 'a secret of at least 8 characters').optional(),
  ADMINS: keyList(/^[a-z]+:[\w-]+$/, 'a list such as discord:ID,telegram:ID'),
  ALLOW: keyList(/^[a-z]+:[a-z]+:[\w:-]+$/, 'a list such as discord:guild:ID,telegram:chat:ID'),
  DENY: keyList(/^[a-z]+:[a-z]+:[\w:-]+$/, 'a list such as discord:guild:ID,telegram:chat:ID'),
  QUOTA_TURNS_PER_HOUR: wholeNumber(60, 0, 1_000_000),
  MODEL: z.string().default('bundled'),
  MODEL_SHA256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, '64 hexadecimal digits')
    .transform((text) => text.toLowerCase())
    .optional(),
  MODELS_DIR: z.string().optional(),
  MODEL_DRAFT: z.string().optional(),
  HF_ENDPOINT: httpUrl.default('https://huggingface.co'),
  HF_TOKEN: z.string().optional(),
  GENERATOR_URL: httpUrl.optional(),
  GENERATOR_API_KEY: z.string().optional(),
  GENERATOR_HOST: z.string().default('127.0.0.1'),
  GENERATOR_PORT: port.default(8080),
  GENERATOR_THREADS: autoOr(1, 1024),
  GENERATOR_PARALLEL: autoOr(1, 256),
  GENERATOR_CONTEXT: wholeBetween(64, 1_048_576).optional(),
  GENERATOR_QUEUE: wholeNumber(256, 1, 100_000),
  DUMP_DIR: z.string().optional(),
  DUMP_SCHEDULE: z
    .string()
    .refine(isSchedule, 'five fields such as 0 3 * * *, for every day at three')
    .default('0 3 * * *'),
  DUMP_KEEP: wholeNumber(14, 1, 100_000),
  RETENTION_DAYS: wholeNumber(0, 0, 36_500),
  METRICS_HOST: z.string().default('127.0.0.1'),
  METRICS_PORT: z.union([z.literal('off'), port], `off, or ${portRange}`).optional(),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'trace, debug, info, warn, error, fatal or silent',
    )
    .default('info'),
  LOG_FORMAT: z.enum(['pretty', 'json'], 'pretty or json').optional(),
});

type Settings = z.infer<typeof settingsSchema>;

export const settingNames = Object.keys(settingsSchema.shape) as (keyof Settings)[];

/** Every setting, parsed once, by what it is for. */
export type Config = ReturnType<typeof arrange>;

function arrange(settings: Settings, merged: Environment, own: Environment) {
  const dataDir = resolve(settings.DATA_DIR);
  return {
    dataDir,
    databaseUrl: settings.DATABASE_URL,
    discord: {
      token: settings.DISCORD_TOKEN,
      apiUrl: settings.DISCORD_API_URL,
      guildId: settings.DISCORD_GUILD_ID,
      shards: settings.DISCORD_SHARDS,
    },
    telegram: { token: settings.TELEGRAM_TOKEN, apiRoot: settings.TELEGRAM_API_ROOT },
    web: { host: settings.WEB_HOST, port: settings.WEB_PORT },
    admin: { token: settings.ADMIN_TOKEN, admins: settings.ADMINS },
    access: { allow: settings.ALLOW, deny: settings.DENY, turnsPerHour: settings.QUOTA_TURNS_PER_HOUR },
    model: {
      source: settings.MODEL,
      sha256: settings.MODEL_SHA256,
      dir: resolve(settings.MODELS_DIR ?? join(dataDir, 'models')),
      draft: settings.MODEL_DRAFT,
      hubUrl: settings.HF_ENDPOINT,
      hubToken: settings.HF_TOKEN,
    },
    generator: {
      url: settings.GENERATOR_URL,
      apiKey: settings.GENERATOR_API_KEY,
      host: settings.GENERATOR_HOST,
      port: settings.GENERATOR_PORT,
      threads: settings.GENERATOR_THREADS,
      parallel: settings.GENERATOR_PARALLEL,
      context: settings.GENERATOR_CONTEXT,
      queue: settings.GENERATOR_QUEUE,
      /** Whether libuv's pool has one thread. Node itself reads this before any `.env` file. */
      onePoolThread: own.UV_THREADPOOL_SIZE === '1',
    },
    dumps: {
      dir: settings.DUMP_DIR === undefined ? undefined : resolve(settings.DUMP_DIR),
      schedule: settings.DUMP_SCHEDULE,
      keep: settings.DUMP_KEEP,
    },
    retentionDays: settings.RETENTION_DAYS,
    metrics: {
      host: settings.METRICS_HOST,
      port: settings.METRICS_PORT === 'off' ? undefined : settings.METRICS_PORT,
    },
    log: {
      level: settings.LOG_LEVEL,
      format: settings.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json'),
    },
    /** The secrets' own texts, to be struck out of anything that is logged. */
    secrets: secretNames.flatMap((name) => secretTexts(settings[name], name)),
    /** The environment for a child process of our own. */
    environment: merged,
  } as const;
}

/** A secret as it may stand in a line of the log; of the database's address, the password in it too. */
function secretTexts(secret: string | undefined, name: string): string[] {
  if (!secret) return [];
  if (name !== 'DATABASE_URL') return [secret, JSON.stringify(secret).slice(1, -1)];
  const { password } = new URL(secret);
  return password ? [secret, password, ...decoded(password)] : [];
}

/** What PostgreSQL's client takes for itself where it is not encoded well. */
function decoded(text: string): string[] {
  try {
    return [decodeURIComponent(text)];
  } catch {
    return [];
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings from the environment and, beneath it, a `.env` file in `folder`.
 * An empty value counts as unset; a secret may stand in the file that `NAME_FILE` names.
 * @throws {ConfigError} at the first setting that can't be used
 */
export function loadConfig(env: Environment = process.env, folder = process.cwd()): Config {
  const dotenvPath = join(folder, '.env');
  const merged: Record<string, string | undefined> = {
    ...(existsSync(dotenvPath) ? parseDotenv(readFileSync(dotenvPath)) : {}),
    ...env,
  };
  const given: Record<string, string> = {};
  for (const name of settingNames) {
    const value = merged[name]?.trim();
    if (value) given[name] = value;
  }
  for (const name of secretNames) {
    const file = merged[`${name}_FILE`]?.trim();
    if (!file || given[name]) continue;
    const secret = readSecret(name, file);
    if (secret) given[name] = secret;
  }
  const result = settingsSchema.safeParse(given);
  if (!result.success) throw new ConfigError(describe(result.error, given));
  return Object.freeze(arrange(result.data, merged, env));
}

function readSecret(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new ConfigError(`${name}_FILE names ${file}, which can't be read (${code}).`);
  }
}

function describe(error: z.ZodError, given: Record<string, string>): string {
  const issue = error.issues[0];
  const name = String(issue?.path[0]);
  const isSecret = (secretNames as readonly string[]).includes(name);
  const shown = isSecret ? 'what it is set to' : `"${(given[name] ?? '').slice(0, 80)}"`;
  return `${name} can't be ${shown}: it must be ${issue?.message}.`;
}
