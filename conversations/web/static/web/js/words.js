// What people read for the codes of the protocol.

export const STATES = {
  queued: "Waiting in line",
  planning: "Planning",
  awaiting_approval: "Waiting for approval",
  approved: "Approved",
  applying: "Applying",
  canceling: "Stopping",
  indeterminate: "Finding out what happened",
  reconciling: "Putting it right",
  succeeded: "Done",
  no_changes: "Nothing to change",
  denied: "Denied by policy",
  rejected: "Rejected",
  expired: "Expired",
  superseded: "Out of date",
  canceled: "Canceled",
  failed: "Failed",
  partially_applied: "Partly applied",
};
export const RISKS = { read: "reads only", low: "low risk", high: "high risk", critical: "critical risk" };
export const CHANGES = { create: "create", update: "change", replace: "replace", delete: "delete", read: "read" };
export const SIGNS = { create: "+", update: "~", replace: "±", delete: "−", read: "→" };

const WORKING = new Set(["queued", "planning", "approved", "applying", "canceling", "indeterminate", "reconciling"]);
export const isWorking = (state) => WORKING.has(state);
export const isOver = (state) => !WORKING.has(state) && state !== "awaiting_approval";

/** A JSON value as a person would write it. */
export function shown(value) {
  if (value === null || value === undefined) return "none";
  if (value === true) return "yes";
  if (value === false) return "no";
  if (typeof value === "object") return JSON.stringify(value, null, 1);
  return value === "" ? "(empty)" : String(value);
}

/** "in 23 hours", "3 minutes ago". */
export function relative(iso) {
  const minutes = Math.round((new Date(iso) - Date.now()) / 60000);
  const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  if (Math.abs(minutes) < 90) return format.format(minutes, "minute");
  const hours = Math.round(minutes / 60);
  return Math.abs(hours) < 48 ? format.format(hours, "hour") : format.format(Math.round(hours / 24), "day");
}
