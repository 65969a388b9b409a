import type { ISessionsController } from '../../logic/ISessionsController.js';

/** How long a probe waits for the store, in milliseconds; probes give up themselves soon after. */
const TIMEOUT = 2000;

/** Whether sessions can be read and written now. A store that does not say so in time cannot. */
export async function persistenceAnswers(
  controller: ISessionsController,
  correlationId: string | null,
  timeout = TIMEOUT,
): Promise<boolean> {
  let overdue: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    overdue = setTimeout(resolve, timeout, false);
  });
  const answered = controller.checkPersistence(correlationId).then(
    () => true,
    () => false,
  );
  const answers = await Promise.race([answered, late]);
  clearTimeout(overdue);
  return answers;
}
