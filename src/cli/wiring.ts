import type { Platform, PlatformContext } from '../../bots/platform.ts';
import type { TextGenerator } from '../generation/generator.ts';
import { TurnRunner } from '../story/turn-runner.ts';

export interface Wiring<P extends Platform> extends Omit<PlatformContext, 'describeModel'> {
  generator: TextGenerator;
  factories: ((context: PlatformContext) => P | undefined)[];
}

export interface Wired<P extends Platform> {
  platforms: P[];
  runner: TurnRunner;
}

/** The platforms whose settings are there, and the runner that writes their turns: ready to be started, platforms first. */
export function wire<P extends Platform>({ generator, factories, ...given }: Wiring<P>): Wired<P> {
  const context: PlatformContext = { ...given, describeModel: () => generator.describe() };
  const platforms = factories.map((create) => create(context)).filter((platform) => platform !== undefined);
  const byName = new Map(platforms.map((platform) => [platform.name, platform]));
  const runner = new TurnRunner({
    db: given.database,
    generator,
    clock: given.clock,
    logger: given.logger,
    metrics: given.metrics,
    platforms: [...byName.keys()],
    surfaceFor: (turn) => {
      const platform = byName.get(turn.replyAddress.platform);
      if (!platform) throw new Error(`No platform called ${turn.replyAddress.platform} runs here`);
      return platform.surface(turn.replyAddress, turn);
    },
  });
  return { platforms, runner };
}
