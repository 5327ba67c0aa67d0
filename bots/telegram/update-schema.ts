import { z } from 'zod';

const id = z.number().int();

const userSchema = z.object({
  id,
  is_bot: z.boolean().catch(false),
  first_name: z.string().catch(''),
  last_name: z.string().optional().catch(undefined),
  language_code: z.string().catch('en'),
});

const chatSchema = z.object({
  id,
  type: z.enum(['private', 'group', 'supergroup']),
  title: z.string().optional().catch(undefined),
  first_name: z.string().catch(''),
});

const messageSchema = z.looseObject({
  message_id: id,
  chat: chatSchema,
  from: userSchema.optional().catch(undefined),
  /** The group or channel that a person speaks as. */
  sender_chat: z
    .object({ id, title: z.string().catch('') })
    .optional()
    .catch(undefined),
  message_thread_id: id.optional().catch(undefined),
  /** Missing in the threads that answers make in ordinary groups: those are no topics. */
  is_topic_message: z.boolean().catch(false),
  text: z.string().optional().catch(undefined),
  reply_to_message: z
    .looseObject({ message_id: id, from: z.object({ id }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/** The updates that mean something to us, as far as they do: anything else in them is let through unread. */
export const updateSchema = z.union([
  z.object({ update_id: id, message: messageSchema }),
  z.object({
    update_id: id,
    callback_query: z.object({
      id: z.string().min(1),
      from: userSchema,
      data: z.string(),
      message: messageSchema,
    }),
  }),
  z.object({
    update_id: id,
    stopped_message_generation: z.object({
      chat: chatSchema,
      message_thread_id: id.optional(),
      draft_id: id,
    }),
  }),
  z.object({
    update_id: id,
    my_chat_member: z.object({ chat: chatSchema, new_chat_member: z.object({ status: z.string() }) }),
  }),
]);

export type TelegramUser = z.infer<typeof userSchema>;
export type TelegramMessage = z.infer<typeof messageSchema>;
