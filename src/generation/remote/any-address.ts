import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/**
 * Looks a name up as `resolve` does, and gives its addresses in a new order each time: several generators behind one
 * name share the work. The system's own order puts the same one first, always.
 */
export function anyAddress(resolve: typeof lookup = lookup): LookupFunction {
  return (name, options, done) =>
    resolve(name, { ...options, all: true }, (error, addresses = []) => {
      const order = addresses
        .map((address) => ({ address, rank: Math.random() }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ address }) => address);
      const [first] = order;
      if (options.all || error || !first) done(error, order);
      else done(null, first.address, first.family);
    });
}
