// Offers the browser's own time zone, so that nobody has to spell one.
import "./copying.js";
import { Notices } from "./notices.js";

const field = document.getElementById("id_time_zone");
const offer = document.getElementById("browser-zone");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const button = offer.querySelector("button");

button.textContent = zone;
button.addEventListener("click", () => {
  field.value = zone;
  field.focus();
});
offer.hidden = !zone || field.value === zone;

new Notices(document.getElementById("notify"));
