// Which epoch a step belongs to, as far as the kept saves tell.

import { getJson, runUrl } from "./api.js";

/** @returns step => "epoch 12", or "" where no save says how long an epoch is. */
export async function epochsOf(run) {
  const { saves } = await getJson(runUrl(run, "audition"));
  const last = saves.at(-1);
  if (!last?.epoch || !last?.step) return () => "";
  const stepsAnEpoch = last.step / last.epoch;
  return (step) => `epoch ${Math.max(1, Math.ceil(step / stepsAnEpoch))}`;
}
