import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { processEnvironment } from '../src/generation/process-environment.ts';
import { settingNames } from '../src/ops/config.ts';
import { packageRoot } from '../src/ops/paths.ts';

interface Service {
  image?: string;
  build?: unknown;
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
  cap_add?: string[];
  privileged?: boolean;
  security_opt?: string[];
  healthcheck?: { test?: unknown; disable?: boolean };
  restart?: string;
  logging?: { options?: Record<string, string> };
  cpus?: number | string;
  mem_limit?: string;
  mem_reservation?: string;
  pids_limit?: number;
  deploy?: { resources?: { limits?: unknown; reservations?: { cpus?: string; memory?: string } } };
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  networks?: string[];
  network_mode?: string;
  ports?: string[];
  volumes?: string[];
  profiles?: string[];
}

interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean }>;
  volumes: Record<string, object>;
  secrets: Record<string, { file?: string }>;
}

const read = (file: string) => readFileSync(join(packageRoot, file), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose;
const services = Object.entries(compose.services);
const isOneShot = (service: Service) => service.healthcheck?.disable === true;

describe('docker-compose.yml', () => {
  it.each(services)('%s has limits and reservations', (_name, service) => {
    for (const limit of [service.cpus, service.mem_limit, service.mem_reservation, service.pids_limit]) {
      expect(String(limit ?? '')).toMatch(/\d/);
    }
    const reserved = service.deploy?.resources?.reservations;
    expect(Number(reserved?.cpus)).toBeGreaterThan(0);
    expect(reserved?.memory).toBe(service.mem_reservation);
    // Compose refuses `pids_limit` beside `deploy.resources.limits`, and 1.29 knows no pids there.
    expect(service.deploy?.resources?.limits).toBeUndefined();
  });

  it.each(services)('%s is locked down', (_name, service) => {
    expect(service.user).toMatch(/^([1-9]\d*:[1-9]\d*|postgres)$/);
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.cap_add).toBeUndefined();
    expect(service.privileged).toBeUndefined();
    expect(service.security_opt).toContain('no-new-privileges:true');
  });

  it.each(services)('%s has a pinned image', (_name, service) => {
    expect(service.image).toMatch(/^[a-z./-]+:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
  });

  it.each(services)('%s says how it is, or runs once', (_name, service) => {
    if (isOneShot(service)) expect(service.restart).toMatch(/^(no|on-failure:5)$/);
    else {
      expect(service.healthcheck?.test).toBeInstanceOf(Array);
      expect(service.restart).toBe('unless-stopped');
    }
    expect(service.logging?.options).toMatchObject({ 'max-size': '10m', 'max-file': '3' });
  });

  it.each(services)('%s waits for each service in the way that suits it', (_name, service) => {
    for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
      const other = compose.services[name];
      expect(other).toBeDefined();
      expect(condition).toBe(
        other && isOneShot(other) ? 'service_completed_successfully' : 'service_healthy',
      );
    }
  });

  it('starts loader, db, migrate, generator and the bots in this order', () => {
    const waitsFor = (name: string) => Object.keys(compose.services[name]?.depends_on ?? {});
    expect(waitsFor('db')).toContain('loader');
    expect(waitsFor('migrate')).toEqual(['db']);
    expect(waitsFor('generator')).toContain('migrate');
    for (const bot of ['discord', 'telegram', 'web']) expect(waitsFor(bot)).toContain('generator');
  });

  it('lets out only what must, and publishes the page alone', () => {
    const open = (service: Service) =>
      (service.networks ?? []).filter((name) => !compose.networks[name]?.internal);
    const reaching = services.filter(([, service]) => open(service).length > 0).map(([name]) => name);
    const profiled = services.filter(([, service]) => service.profiles?.includes('monitoring'));
    const known = ['loader', 'discord', 'telegram', 'web', ...profiled.map(([name]) => name)];
    expect(known).toEqual(expect.arrayContaining(reaching));
    const published = services.filter(([, service]) => service.ports).map(([name]) => name);
    expect(published.filter((name) => !profiled.some(([other]) => other === name))).toEqual(['web']);
    for (const [, service] of services) {
      for (const port of service.ports ?? []) expect(port).toMatch(/127\.0\.0\.1/);
      expect(service.network_mode ?? 'none').toBe('none');
    }
  });

  it('starts a bot only when it is asked for', () => {
    expect(compose.services.discord?.profiles).toEqual(['discord']);
    expect(compose.services.telegram?.profiles).toEqual(['telegram']);
    expect(compose.services.web?.profiles).toBeUndefined();
  });

  it('has no secret in the environment, and only settings that exist', () => {
    for (const { file } of Object.values(compose.secrets))
      expect(file).toMatch(/^\$\{\w+_FILE:-.*\/unset\}$/);
    expect(read('deploy/compose/unset')).toBe('');
    for (const [, service] of services.filter(([, { image }]) => image?.startsWith('storyteller:'))) {
      for (const name of Object.keys(service.environment ?? {})) {
        expect(name).not.toMatch(/(TOKEN|PASSWORD|API_KEY|DATABASE_URL)$/);
        expect([...settingNames, ...Object.keys(processEnvironment({}))]).toContain(
          name.replace(/_FILE$/, ''),
        );
      }
    }
  });

  it('starts the generator with what its process needs', () => {
    expect(compose.services.generator?.environment).toMatchObject(processEnvironment({}));
  });

  it('has the image built with llama.cpp as npm brings it, unless another is asked for', () => {
    expect(JSON.stringify(compose.services.loader?.build)).toContain('{LLAMA_BUILD:-prebuilt}');
    expect(read('Dockerfile')).toContain('\nARG LLAMA_BUILD=prebuilt\n');
    expect(read('package.json')).toContain('"build:llama"');
  });

  it('can have more generators', () => {
    expect(compose.services.generator).not.toHaveProperty('container_name');
    expect(compose.services.generator).not.toHaveProperty('ports');
  });
});

describe('docker-compose.llama-server.yml', () => {
  it('gives llama-server its options in the only form that it takes', () => {
    const { services } = parse(read('docker-compose.llama-server.yml')) as {
      services: Record<string, { command: string[] }>;
    };
    const command = services.generator?.command ?? [];
    expect(command).toContain('--model');
    expect(command.filter((word) => /^--.*=/.test(word))).toEqual([]);
  });
});

describe('Dockerfile', () => {
  const dockerfile = read('Dockerfile');

  it('has no mistake that its language knows', () => {
    expect(validate(dockerfile)).toEqual([]);
  });

  it('is built on one exact version, and runs as an unprivileged number', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map((match) => match[1]);
    expect(new Set(bases).size).toBe(1);
    expect(bases[0]).toMatch(/^node:24\.\d+\.\d+-bookworm-slim$/);
    expect(dockerfile).toMatch(/^USER 1000:1000$/m);
  });
});

const tool = (name: string) => existsSync(`/usr/bin/${name}`);

describe('the tools’ own opinion', () => {
  const files = ['docker-compose.yml', 'docker-compose.llama-server.yml'];
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: packageRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  it.skipIf(!tool('yamllint'))('yamllint (where it is installed)', () => {
    expect(run('yamllint', '--strict', '.yamllint', 'deploy', 'test/deploy', ...files)).toBe('');
  });

  it.skipIf(!tool('docker-compose'))('docker-compose config (where it is installed)', () => {
    run('docker-compose', '--file', 'docker-compose.yml', 'config', '--quiet');
    run('docker-compose', ...files.flatMap((file) => ['--file', file]), 'config', '--quiet');
  });
});
