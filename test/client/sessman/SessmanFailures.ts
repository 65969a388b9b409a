import { SessmanError } from 'service-sessions-client/sessman';

/** Code and status of the SessmanError that a call fails with; null where it does not fail. */
export async function failureOf(call: Promise<unknown>): Promise<[code: string, status: number | undefined] | null> {
  try {
    await call;
    return null;
  } catch (error) {
    if (error instanceof SessmanError) return [error.code, error.status];
    throw error;
  }
}
