import type { Selectable } from 'kysely';
import type { Author, Channel, Story, Turn } from '../story/story.ts';
import type { AuthorsTable, ChannelsTable, StoriesTable, TurnRow } from './database.ts';

export function toTurn(row: TurnRow): Turn {
  return {
    id: row.id,
    storyId: row.story_id,
    channelId: row.channel_id,
    parentId: row.parent_id,
    authorId: row.author_id,
    prompt: row.prompt,
    text: row.text,
    state: row.state,
    options: row.options,
    model: row.model,
    promptTokens: row.prompt_tokens,
    completionTokens: row.completion_tokens,
    endReason: row.end_reason,
    locale: row.locale,
    replyAddress: row.reply_address,
    messageRefs: row.message_refs,
    attempts: row.attempts,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}

export function toStory(row: Selectable<StoriesTable>): Story {
  return {
    id: row.id,
    channelId: row.channel_id,
    title: row.title,
    headTurnId: row.head_turn_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function toChannel(row: Selectable<ChannelsTable>): Channel {
  return { id: row.id, platform: row.platform, externalId: row.external_id, settings: row.settings };
}

export function toAuthor(row: Selectable<AuthorsTable>): Author {
  return {
    id: row.id,
    platform: row.platform,
    externalId: row.external_id,
    name: row.name,
    blocked: row.blocked,
  };
}
