// How tags are grouped, ordered and smoothed.

const order = [/^loss_avg_50\b/, /^grad_avg_50\b/, /^validation\b/, /^losses$/, /^epoch means/, /^gradients/, /^learning_rate/];

/** What a tag is told by: mainline's lie in the run's folder, Applio's in eval/. */
export function keyOf({ source, tag }) {
  return `${source}|${tag}`;
}

export function titleOf({ source, tag }) {
  return source ? `${tag}  ·  ${source}` : tag;
}

/** The group that a tag is shown in. */
export function groupOf({ source, tag }) {
  if (/^loss\/(g|d_r|d_g)\/\d+$/.test(tag)) return "losses of single discriminators";
  if (/_avg_\d+\//.test(tag)) return tag.slice(0, tag.indexOf("/"));
  if (/^(validation|val)\b/.test(tag)) return "validation";
  if (source && /^(loss|grad)\//.test(tag)) return "epoch means";
  if (tag.startsWith("loss/")) return "losses";
  if (tag.startsWith("grad_norm")) return "gradients";
  return tag.includes("/") ? tag.slice(0, tag.indexOf("/")) : tag;
}

export function compareGroups(a, b) {
  const place = (group) => (group === "losses of single discriminators" ? order.length + 1 : (order.findIndex((each) => each.test(group)) + 1 || order.length + 1) - 1);
  return place(a) - place(b) || a.localeCompare(b);
}

/** Whether a group is open before the user says anything. */
export function isOpenAtFirst(group) {
  return group !== "losses of single discriminators";
}

/** Averages are smooth already; raw tags jump from batch to batch; validation has a point a save. */
export function weightOf({ source, tag }, { averagesSmoothing, rawSmoothing }) {
  if (/^(validation|val)\b/.test(tag)) return 0;
  return source || /_avg_\d+\//.test(tag) ? averagesSmoothing : rawSmoothing;
}
