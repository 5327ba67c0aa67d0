import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `node keys.js FOLDER HOST`: makes the database's password on the first start of the containers, and the address of
 * the database on HOST with it in, as files that the services read. Nobody has to think of one, and none is the same
 * everywhere. What is there already stays.
 */
const [folder = '/data', host = 'db'] = process.argv.slice(2);
const address = join(folder, 'database_url');

if (!existsSync(address)) {
  const password = randomBytes(24).toString('hex');
  writeFileSync(join(folder, 'database_password'), password);
  writeFileSync(`${address}.new`, `postgres://storyteller:${password}@${host}:5432/storyteller`);
  renameSync(`${address}.new`, address);
}
