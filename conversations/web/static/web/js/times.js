// Times as the reader's browser has them, for who has chosen no time zone: the server knows none then, and writes UTC.
import { language } from "./i18n.js";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const short = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const exact = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "long" });

localTimes(document);
document.addEventListener("htmx:after:swap", () => localTimes(document));

/** For what was added to the page in any other way. */
export function localTimes(root) {
  if (document.documentElement.dataset.timeZone || !zone || zone === "UTC") return;
  for (const each of root.querySelectorAll("time[data-shown]")) {
    const moment = new Date(each.dateTime);
    each.title = exact.format(moment);
    if (each.dataset.shown === "moment") each.textContent = short.format(moment);
    delete each.dataset.shown;
  }
  for (const each of root.querySelectorAll("[data-zone]")) each.textContent = zone;
}
