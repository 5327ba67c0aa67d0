import { type CommandBody, checked, commandsBody } from './bodies.ts';
import type { Request, Route } from './http.ts';
import type { World } from './world.ts';

const quota = { limit: 20, windowMs: 20_000 };

/** An application's slash commands, global and by server. */
export class Commands {
  private readonly byScope = new Map<string, CommandBody[]>();
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** A command that somebody in `guildId` (or in a DM) can see. */
  find(name: string, guildId: string | undefined): CommandBody | undefined {
    const seen = [...this.in(guildId ?? ''), ...this.in('')];
    return seen.find((command) => command.name === name);
  }

  in(guildId = ''): CommandBody[] {
    return this.byScope.get(guildId) ?? [];
  }

  private overwrite({ params, body }: Request): unknown {
    const commands = checked(commandsBody, body).map((command) => ({
      ...command,
      id: this.world.snowflake(),
      application_id: this.world.applicationId,
      version: this.world.snowflake(),
      default_permission: true,
      nsfw: false,
      dm_permission: true,
    }));
    this.byScope.set(params.guild ?? '', commands);
    return commands;
  }

  /** As Discord lists them: without the localisations unless they are asked for. */
  private list({ params, query }: Request): unknown {
    if (query.get('with_localizations') === 'true') return this.in(params.guild);
    return JSON.parse(
      JSON.stringify(this.in(params.guild), (key, value) =>
        key.endsWith('_localizations') ? undefined : value,
      ),
    );
  }

  get routes(): Route[] {
    const scopes = [
      '/applications/:application/commands',
      '/applications/:application/guilds/:guild/commands',
    ];
    return scopes.flatMap((path): Route[] => [
      { method: 'PUT', path, quota, handle: (request) => this.overwrite(request) },
      { method: 'GET', path, quota, handle: (request) => this.list(request) },
    ]);
  }
}
