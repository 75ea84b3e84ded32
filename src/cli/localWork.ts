import type { DeeplyReadonly } from '../contract/declaration';
import type { Asked, Call, LocalWork, LocalWorks } from './edge';

/** Does the work of an operation in this process. It is loaded only now, so that help and usage errors do not wait for it. */
export async function runHere<Request, Result>(
  call: Call,
  { operation, request, secrets }: Asked<Request, Result>,
  load: () => Promise<LocalWork<Request, Result>>,
): Promise<DeeplyReadonly<Result>> {
  const standIn = call.standIns?.[operation.name as keyof LocalWorks] as
    LocalWork<Request, Result> | undefined;
  const work = standIn ?? (await load());
  return work(request, secrets);
}
