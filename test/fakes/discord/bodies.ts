import { z } from 'zod';
import { ApiError } from './errors.ts';

const button = z.looseObject({
  type: z.literal(2),
  style: z.number().int().min(1).max(6),
  label: z.string().max(80).optional(),
  custom_id: z.string().min(1).max(100),
  disabled: z.boolean().optional(),
});

const row = z.looseObject({ type: z.literal(1), components: z.array(button).min(1).max(5) });

const allowedMentions = z.strictObject({
  parse: z.array(z.enum(['users', 'roles', 'everyone'])).optional(),
  users: z.array(z.string()).max(100).optional(),
  roles: z.array(z.string()).max(100).optional(),
  replied_user: z.boolean().optional(),
});

/** What a message may hold: https://discord.com/developers/docs/resources/message#create-message */
const messageBody = z.looseObject({
  content: z.string().max(2000, 'Must be 2000 or fewer in length.').nullish(),
  components: z
    .array(row)
    .max(5)
    .refine((rows) => {
      const ids = rows.flatMap((each) => each.components.map((one) => one.custom_id));
      return new Set(ids).size === ids.length;
    }, 'Component custom id cannot be duplicated')
    .nullish(),
  allowed_mentions: allowedMentions.optional(),
  flags: z.number().int().nullish(),
  nonce: z.union([z.string().max(25), z.number().int()]).optional(),
  enforce_nonce: z.boolean().optional(),
  tts: z.boolean().optional(),
  embeds: z.array(z.unknown()).max(10).nullish(),
  attachments: z.array(z.looseObject({ id: z.union([z.string(), z.number()]) })).nullish(),
});

export type MessageBody = z.infer<typeof messageBody>;

const choice = z.looseObject({ name: z.string().min(1).max(100), value: z.union([z.string(), z.number()]) });

export const autocompleteBody = z.looseObject({ choices: z.array(choice).max(25) });

const localized = (pattern: RegExp, max: number) =>
  z.record(z.string(), z.string().max(max).regex(pattern)).nullish();
const name = z.string().regex(/^[-_'\p{L}\p{N}]{1,32}$/u);
const described = {
  name,
  name_localizations: localized(/^[-_'\p{L}\p{N}]{1,32}$/u, 32),
  description: z.string().min(1).max(100),
  description_localizations: localized(/./, 100),
};

const leaf = z.looseObject({
  ...described,
  type: z.number().int().min(1).max(11),
  required: z.boolean().optional(),
  choices: z.array(choice).max(25).optional(),
  min_value: z.number().optional(),
  max_value: z.number().optional(),
  min_length: z.number().int().min(0).max(6000).optional(),
  max_length: z.number().int().min(1).max(6000).optional(),
  autocomplete: z.boolean().optional(),
});

/** A subcommand has options of its own; groups of subcommands are not used. */
const option = leaf.extend({ options: z.array(leaf).max(25).optional() });

const command = z.looseObject({
  ...described,
  type: z.literal(1).default(1),
  options: z.array(option).max(25).optional(),
  default_member_permissions: z.string().regex(/^\d+$/).nullish(),
  integration_types: z.array(z.literal([0, 1])).optional(),
  contexts: z.array(z.literal([0, 1, 2])).nullish(),
});

export type CommandOption = z.infer<typeof option>;
export type CommandBody = z.infer<typeof command>;

export const commandsBody = z.array(command).max(100);

/** @throws {ApiError} 50035, naming the first field that is wrong */
export function checked<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const errors = (issue?.path ?? []).reduceRight<Record<string, unknown>>(
    (inner, key) => ({ [String(key)]: inner }),
    { _errors: [{ code: 'INVALID', message: issue?.message ?? 'invalid' }] },
  );
  throw new ApiError(400, 50035, 'Invalid Form Body', errors);
}

export const checkedMessage = (body: unknown): MessageBody => checked(messageBody, body ?? {});
