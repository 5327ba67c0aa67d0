import type { Scenario } from '../scenario.ts';
import { startBare } from '../targets/bare.ts';
import { batchedBench, startBatchedBench } from '../targets/batched-bench.ts';
import { startLlamaServer } from '../targets/llama-server.ts';
import { startService } from '../targets/service.ts';
import { compare } from './compare.ts';

/** Tokens a second through the service over HTTP, against the library driven bare and against llama.cpp's server. */
export const throughput: Scenario = {
  name: 'throughput',
  about:
    'tokens/s of the service over HTTP ÷ bare node-llama-cpp (and llama-server, where LLAMA_SERVER names it)',
  byDefault: true,
  run: (options) =>
    compare(options, [
      startService,
      startBare,
      ...(options.llamaServer ? [startLlamaServer] : []),
      ...(batchedBench(options) ? [startBatchedBench] : []),
    ]),
};
