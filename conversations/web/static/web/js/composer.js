// The message box: grows with its text, Enter sends, the draft survives a reload.

const LIMIT = 4000;

export class Composer {
  constructor(form, draftKey, send) {
    Object.assign(this, { form, draftKey, send, field: form.elements.text, counter: form.querySelector(".counter") });
    this.field.value = read(draftKey);
    this.field.addEventListener("input", () => this.#changed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#changed();
  }

  focus() {
    this.field.focus();
  }

  #key(event) {
    // isComposing: Enter that ends an input method's word does not send.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const text = this.field.value.trim();
    if (!text || text.length > LIMIT) return;
    this.field.value = "";
    this.#changed();
    this.focus();
    this.send(text);
  }

  #changed() {
    const { field, counter } = this;
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 200)}px`;
    const left = LIMIT - field.value.trim().length;
    if (left < 0) counter.textContent = `${-left} characters too many (at most ${LIMIT})`;
    else counter.textContent = left > 200 ? "" : `${left} characters left`;
    field.setAttribute("aria-invalid", String(left < 0));
    write(this.draftKey, field.value);
  }
}

function read(key) {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

function write(key, text) {
  try {
    sessionStorage.setItem(key, text);
  } catch {
    // No storage: the draft lives as long as the page.
  }
}
