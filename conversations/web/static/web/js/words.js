// What people read for the codes of the protocol.
import { gettext, language } from "./i18n.js";

export const STATES = {
  queued: gettext("Waiting in line"),
  planning: gettext("Planning"),
  awaiting_approval: gettext("Waiting for approval"),
  approved: gettext("Approved"),
  applying: gettext("Applying"),
  canceling: gettext("Stopping"),
  indeterminate: gettext("Finding out what happened"),
  reconciling: gettext("Putting it right"),
  succeeded: gettext("Done"),
  no_changes: gettext("Nothing to change"),
  denied: gettext("Denied by policy"),
  rejected: gettext("Rejected"),
  expired: gettext("Expired"),
  superseded: gettext("Out of date"),
  canceled: gettext("Canceled"),
  failed: gettext("Failed"),
  partially_applied: gettext("Partly applied"),
};
export const RISKS = {
  read: gettext("reads only"),
  low: gettext("low risk"),
  high: gettext("high risk"),
  critical: gettext("critical risk"),
};
export const CHANGES = {
  create: gettext("create"),
  update: gettext("change"),
  replace: gettext("replace"),
  delete: gettext("delete"),
  read: gettext("read"),
};
export const SIGNS = { create: "+", update: "~", replace: "±", delete: "−", read: "→" };

const WORKING = new Set(["queued", "planning", "approved", "applying", "canceling", "indeterminate", "reconciling"]);
export const isWorking = (state) => WORKING.has(state);
export const isOver = (state) => !WORKING.has(state) && state !== "awaiting_approval";

/** A JSON value as a person would write it. */
export function shown(value) {
  if (value === null || value === undefined) return gettext("none");
  if (value === true) return gettext("yes");
  if (value === false) return gettext("no");
  if (typeof value === "object") return JSON.stringify(value, null, 1);
  return value === "" ? gettext("(empty)") : String(value);
}

/** "in 23 hours", "3 minutes ago". */
export function relative(iso) {
  const minutes = Math.round((new Date(iso) - Date.now()) / 60000);
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  if (Math.abs(minutes) < 90) return format.format(minutes, "minute");
  const hours = Math.round(minutes / 60);
  return Math.abs(hours) < 48 ? format.format(hours, "hour") : format.format(Math.round(hours / 24), "day");
}
