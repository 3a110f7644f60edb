// Which epoch a step belongs to, as far as the kept saves tell, or the means of epochs that are logged.

import { getJson, runUrl } from "./api.js";

/** @param curves of the run's listing. @returns step => "epoch 12", or "" where nothing says how long an epoch is. */
export async function epochsOf(run, curves) {
  const { saves } = await getJson(runUrl(run, "audition"));
  const last = saves.at(-1), means = curves.find(({ source, tag }) => source === "eval" && tag === "loss/g/mel");
  const stepsAnEpoch = last?.epoch && last.step ? last.step / last.epoch : means ? means.last_step / means.count : 0;
  return stepsAnEpoch > 0 ? (step) => `epoch ${Math.max(1, Math.ceil(step / stepsAnEpoch))}` : () => "";
}
