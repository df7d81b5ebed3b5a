// Names that the stock admin's fields lack: whoever hears a page instead of seeing it is told what each is for.

window.addEventListener("load", () => name(document));
// What makes choices of fields does so when it likes: before the page has loaded, after that, in a row that was added.
new MutationObserver((changes) => {
  for (const { addedNodes } of changes)
    for (const each of addedNodes)
      if (each instanceof Element && each.matches("select + .select2-container")) chosen(each);
}).observe(document.documentElement, { childList: true, subtree: true });
// A row that was added to a form gets its own fields a moment later.
document.addEventListener("formset:added", ({ target }) => setTimeout(() => name(target)));

function name(root) {
  for (const field of root.querySelectorAll(".datetime input")) moment(field);
  for (const icon of root.querySelectorAll(".help-tooltip[aria-label]")) icon.setAttribute("role", "img");
}

/** A choice that is searched: it is named only by what is chosen, and by nothing where nothing is. */
function chosen(box) {
  const label = box.previousElementSibling.labels[0];
  if (!label) return;
  label.id ||= `${label.htmlFor}-label`;
  for (const each of box.querySelectorAll("[role=combobox], [role=textbox], .select2-search__field")) {
    const value = each.matches("[role=combobox]") && each.querySelector("[role=textbox][id]");
    each.setAttribute("aria-labelledby", value ? `${label.id} ${value.id}` : label.id);
  }
}

/** A day and a time side by side, of which only the pair has a name. */
function moment(field) {
  if (field.labels.length || field.hasAttribute("aria-label")) return;
  const whole = field.closest("fieldset, .form-row, td")?.querySelector("legend, label")?.textContent.trim() ?? "";
  const part = field.previousSibling?.textContent.trim() ?? "";
  field.setAttribute("aria-label", [whole, part].filter(Boolean).join(" "));
}
