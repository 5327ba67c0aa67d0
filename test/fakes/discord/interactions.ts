import type { Clock } from '../../../src/ops/clock.ts';
import { autocompleteBody, checked } from './bodies.ts';
import { refuse } from './errors.ts';
import type { Request, Route } from './http.ts';
import { flags, type Messages } from './messages.ts';
import type { FakeMessage, World } from './world.ts';

/** https://discord.com/developers/docs/interactions/receiving-and-responding */
const acknowledgeMs = 3000;
/** The 3 s pass in steps: where the machine stands still meanwhile, it is not the bot that is late. */
const stepMs = 50;
const tokenMs = 900_000;

export interface FakeInteraction {
  id: string;
  token: string;
  at: number;
  channelId: string;
  userId: string;
  /** The message with the button that was pressed. */
  messageId?: string;
  acknowledged: boolean;
  /** The step at which it is too late to acknowledge it. */
  lateAt: number;
  /** `@original`. */
  originalId?: string;
  choices?: { name: string; value: string | number }[];
}

interface Callback {
  type: number;
  data?: { flags?: number };
}

/** Interactions: one callback within 3 s, then 15 minutes of the webhook with their token. */
export class Interactions {
  readonly all = new Map<string, FakeInteraction>();
  private readonly world: World;
  private readonly messages: Messages;
  private readonly clock: Clock;
  private steps = 0;
  private lastStep = 0;

  constructor(world: World, messages: Messages, clock: Clock) {
    this.world = world;
    this.messages = messages;
    this.clock = clock;
  }

  open(channelId: string, userId: string, messageId?: string): FakeInteraction {
    const id = this.world.snowflake();
    const interaction: FakeInteraction = {
      id,
      token: `token-${id}`,
      at: this.clock.now(),
      channelId,
      userId,
      acknowledged: false,
      lateAt: this.steps + acknowledgeMs / stepMs,
      ...(messageId ? { messageId } : {}),
    };
    this.all.set(id, interaction);
    const isStanding = this.steps === this.lastStep;
    this.lastStep = interaction.lateAt;
    if (isStanding) void this.stepOn();
    return interaction;
  }

  private async stepOn(): Promise<void> {
    while (this.steps < this.lastStep) {
      await this.clock.sleep(stepMs);
      this.steps += 1;
    }
  }

  /** Nobody has acknowledged it in its 3 s. */
  isLost({ acknowledged, lateAt }: FakeInteraction): boolean {
    return !acknowledged && this.steps >= lateAt;
  }

  private callback(request: Request): unknown {
    const { interaction: id = '', token } = request.params;
    const interaction = this.all.get(id);
    if (!interaction || interaction.token !== token) throw refuse.unknownInteraction();
    if (interaction.acknowledged) throw refuse.alreadyAcknowledged();
    if (this.isLost(interaction)) throw refuse.unknownInteraction();
    const message = this.respond(interaction, request);
    interaction.acknowledged = true;
    if (message) interaction.originalId = message.id;
    if (request.query.get('with_response') !== 'true') return undefined;
    const { type } = request.body as Callback;
    return {
      interaction: { id, type: 2, response_message_id: message?.id, response_message_loading: type === 5 },
      resource: { type, ...(message ? { message: this.messages.payload(message) } : {}) },
    };
  }

  private respond(interaction: FakeInteraction, request: Request): FakeMessage | undefined {
    const { type, data } = request.body as Callback;
    const inner = { ...request, body: data };
    const pressed = this.world.messages.get(interaction.messageId ?? '');
    switch (type) {
      case 4:
        return this.answer(interaction, inner, data?.flags ?? 0);
      case 5:
        return this.answer(interaction, { ...inner, body: {} }, (data?.flags ?? 0) | flags.loading);
      case 6:
        if (!pressed) throw refuse.badForm('type', 'INVALID', 'there is no message to update');
        return pressed;
      case 7:
        if (!pressed) throw refuse.badForm('type', 'INVALID', 'there is no message to update');
        return this.messages.edit(pressed, inner);
      case 8:
        interaction.choices = checked(autocompleteBody, data).choices;
        return undefined;
      default:
        throw refuse.badForm('type', 'BASE_TYPE_CHOICES', 'Value must be one of {4, 5, 6, 7, 8}.');
    }
  }

  private answer(interaction: FakeInteraction, request: Request, withFlags: number): FakeMessage {
    const channel = this.world.channels.get(interaction.channelId);
    if (!channel) throw refuse.unknownChannel();
    return this.messages.create(channel, request, {
      flags: withFlags,
      interactionId: interaction.id,
      ...(withFlags & flags.ephemeral ? { onlyFor: interaction.userId } : {}),
    });
  }

  private byToken(token: string | undefined): FakeInteraction {
    const interaction = [...this.all.values()].find((one) => one.token === token);
    if (!interaction?.acknowledged) throw refuse.unknownWebhook();
    if (this.clock.now() - interaction.at > tokenMs) throw refuse.invalidToken();
    return interaction;
  }

  private messageId({ token, message }: Record<string, string>): string | undefined {
    if (message !== '@original') return message;
    return [...this.all.values()].find((one) => one.token === token)?.originalId;
  }

  private message(params: Record<string, string>): FakeMessage {
    const interaction = this.byToken(params.token);
    const message = this.world.messages.get(this.messageId(params) ?? '');
    if (!message || message.deleted) throw refuse.unknownMessage();
    const own = message.interactionId === interaction.id || message.id === interaction.messageId;
    if (!own) throw refuse.unknownMessage();
    return message;
  }

  get routes(): Route[] {
    const hook = '/webhooks/:application/:token';
    const one = `${hook}/messages/:message`;
    const quota = { limit: 5, windowMs: 2000 };
    return [
      {
        method: 'POST',
        path: '/interactions/:interaction/:token/callback',
        quota: { limit: 1000, windowMs: 1000 },
        interaction: true,
        handle: (request) => this.callback(request),
      },
      {
        method: 'POST',
        path: hook,
        quota,
        interaction: true,
        handle: (request) => {
          const interaction = this.byToken(request.params.token);
          const asked = (request.body as { flags?: number } | undefined)?.flags ?? 0;
          return this.messages.payload(this.answer(interaction, request, asked & flags.ephemeral));
        },
      },
      {
        method: 'PATCH',
        path: one,
        quota,
        interaction: true,
        edits: (params) => this.messageId(params),
        handle: (request) => this.messages.payload(this.messages.edit(this.message(request.params), request)),
      },
      {
        method: 'GET',
        path: one,
        quota,
        interaction: true,
        handle: ({ params }) => this.messages.payload(this.message(params)),
      },
      {
        method: 'DELETE',
        path: one,
        quota,
        interaction: true,
        handle: ({ params }) => {
          this.message(params).deleted = true;
        },
      },
    ];
  }
}
