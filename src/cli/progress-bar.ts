import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from '../export/commands.ts';

/** A bar for long commands, on a terminal only: in a pipe or a log it would be noise. */
export function progressBar(stream: NodeJS.WriteStream): Progress | undefined {
  if (!stream.isTTY) return undefined;
  const format = '{bar} {percentage}% | {value} of {total} turns | {eta_formatted} left';
  const bar = new SingleBar(
    { stream, format, hideCursor: true, clearOnComplete: true },
    Presets.shades_classic,
  );
  return {
    start: (all) => bar.start(all, 0),
    update: (turns) => bar.update(turns),
    stop: () => bar.stop(),
  };
}
