// Who may decide about a plan, the buttons, and what is asked before they take effect.
import { h } from "./dom.js";
import { ask } from "./dialogs.js";
import { filled, gettext, ngettext } from "./i18n.js";
import { RISKS, isWorking, relative } from "./words.js";

const CANCELABLE = new Set(["queued", "planning", "awaiting_approval", "approved", "applying"]);

/** Note and buttons for the person with id `viewer`; an empty list when nothing can be decided. */
export function decisionView(job, viewer, handlers) {
  const mine = mayDecide(job, viewer);
  const buttons = [];
  if (mine) {
    buttons.push(button(gettext("Approve"), "primary approve", handlers.approve), button(gettext("Reject"), "reject", handlers.reject));
  } else if (mayCancel(job, viewer)) {
    buttons.push(button(job.state === "awaiting_approval" ? gettext("Withdraw") : gettext("Cancel"), "cancel", handlers.cancel));
  }
  const note = job.state === "awaiting_approval" ? approvalNote(job, mine) : null;
  const row = buttons.length > 0 && h("div", { class: "buttons" }, buttons);
  return [note && h("p", { class: "approval-note" }, note), row];
}

/** For a page on which nothing can be decided: the way to the one where that is done. */
export function elsewhereView(job) {
  if (job.state !== "awaiting_approval") return [];
  const link = h("a", { class: "button primary", href: `/jobs/${job.job_id}/` }, gettext("Open in Infrachat"));
  return [
    h("p", { class: "approval-note" }, gettext("Nothing happens until this plan is approved, which is done in Infrachat.")),
    h("div", { class: "buttons" }, link),
  ];
}

/** Whether this person's approval would count. The server decides again; this only spares a button that cannot work. */
export function mayDecide(job, viewer) {
  if (job.state !== "awaiting_approval" || !job.plan?.plan_hash) return false;
  if (typeof job.may_approve === "boolean") return job.may_approve;
  return job.approval?.rule === "self" ? isRequester(job, viewer) : !isRequester(job, viewer);
}

export async function askApprove(job) {
  const deletes = (job.plan?.counts?.delete ?? 0) + (job.plan?.counts?.replace ?? 0);
  if (!["high", "critical"].includes(job.risk) && deletes === 0) return { reason: "" };
  const lost = ngettext(
    "One resource is deleted or replaced; that cannot be undone.",
    "%(count)s resources are deleted or replaced; that cannot be undone.",
    deletes,
  );
  const what = filled(gettext("“%(title)s”, %(risk)s."), { title: job.title, risk: RISKS[job.risk] ?? job.risk });
  return ask({
    title: gettext("Approve this change?"),
    text: deletes ? `${what} ${filled(lost, { count: deletes })}` : what,
    confirm: gettext("Approve"),
    danger: true,
  });
}

export const askReject = (job) =>
  ask({
    title: gettext("Reject this plan?"),
    text: filled(gettext("“%(title)s”. Nothing will be changed."), { title: job.title }),
    confirm: gettext("Reject"),
    reason: gettext("Reason (optional, the requester reads it)"),
  });

export function askCancel(job) {
  const applying = job.state === "applying";
  const text = applying
    ? gettext("The work is asked to stop. What it has changed by then stays changed, and is reported.")
    : gettext("Nothing has been changed yet, and nothing will be.");
  return ask({
    title: gettext("Cancel this job?"),
    text,
    confirm: isWorking(job.state) ? gettext("Cancel the job") : gettext("Withdraw"),
    danger: applying,
  });
}

function approvalNote({ approval, approvals, may_approve_reason: why }, mine) {
  const parts = [];
  if (mine) parts.push(gettext("Nothing happens until you approve."));
  else if (approval?.rule === "self") parts.push(gettext("The requester's own approval is needed."));
  else if (approval) parts.push(gettext("Somebody else, an approver, must approve this."));
  if (approval?.needed > 0) parts.push(...(approval.why ?? []));
  if (!mine && approval?.groups?.length > 0) parts.push(filled(gettext("Only members of %(groups)s may."), { groups: allOf(approval.groups) }));
  parts.push(...(approvals ?? []).filter(isGiven).map((each) => filled(gettext("%(name)s has approved it."), { name: decider(each) })));
  if (approval?.needed > 1) parts.push(filled(gettext("%(given)s of %(needed)s approvals are given."), approval));
  if (!mine && why) parts.push(why);
  if (approval?.expires_at) parts.push(filled(gettext("Expires %(when)s."), { when: relative(approval.expires_at) }));
  return parts.join(" ");
}

const mayCancel = (job, viewer) =>
  CANCELABLE.has(job.state) && !job.cancel_requested && (isRequester(job, viewer) || job.may_cancel === true);

const isGiven = ({ decision, current }) => decision === "approve" && current !== false;
const allOf = (groups) => groups.map((names) => names.join(gettext(" or "))).join(gettext(" and of "));
const decider = ({ user, on_behalf_of: away }) => (away ? filled(gettext("%(name)s, for %(away)s"), { name: user.name, away: away.name }) : user.name);
const isRequester = (job, viewer) => String(job.requester?.id) === viewer;
const button = (label, kind, onclick) => h("button", { type: "button", class: `button ${kind}`, onclick }, label);
