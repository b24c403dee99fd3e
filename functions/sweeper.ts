/** Lambda: every minute -> messages for whatever is due. */
import { sweep } from './capture/sweep.ts';
import { clock, lambdaNames, required } from './lambda.ts';
import { makeClients, makeServices } from './store/clients.ts';

const names = { ...lambdaNames(process.env), queueUrl: required(process.env, 'QUEUE_URL') };
const services = makeServices(makeClients(null), names);

export async function handler(): Promise<{ sent: number }> {
  return { sent: await sweep({ ...services, ...clock }) };
}
