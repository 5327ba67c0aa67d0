import { v7 as newId } from 'uuid';
import type { Database } from '../storage/database.ts';
import type { Json } from '../storage/json.ts';

/** Notes who did what. People are named by the ids of their rows, which say nothing once somebody is forgotten. */
export async function addAudit(db: Database, actor: string, action: string, subject: Json): Promise<void> {
  await db
    .insertInto('audit_log')
    .values({ id: newId(), actor, action, subject: JSON.stringify(subject) })
    .execute();
}
