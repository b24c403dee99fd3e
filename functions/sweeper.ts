/** Lambda: every minute -> messages for whatever is due. */
import { perSweepOf, sweep } from './jobs/sweep.ts';
import { clock, lambdaServices } from './lambda.ts';

const perSweep = perSweepOf(Number(process.env.WORKERS ?? 1));
const services = await lambdaServices(process.env);

export async function handler(): Promise<{ sent: number }> {
  return { sent: await sweep({ ...services, ...clock, perSweep }) };
}
