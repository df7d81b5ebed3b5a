// Keeps the newest in view for whoever is at the end, and leaves whoever reads further up where they are.

export class Scrolling {
  constructor(box, button) {
    Object.assign(this, { box, button, atEnd: true });
    box.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    button.addEventListener("click", () => this.toEnd());
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(box.firstElementChild);
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(box);
  }

  toEnd() {
    this.atEnd = true;
    this.box.scrollTop = this.box.scrollHeight;
    this.button.hidden = true;
  }

  /** Something was added. */
  added() {
    if (this.atEnd) this.toEnd();
    else this.button.hidden = false;
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.box;
    this.atEnd = scrollHeight - scrollTop - clientHeight < 40;
    if (this.atEnd) this.button.hidden = true;
  }
}
