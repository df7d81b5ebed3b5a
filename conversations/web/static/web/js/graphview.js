// The window onto a graph's picture: scrolls, is pulled by the mouse, zooms, and the keys walk from node to node.
import { h } from "./dom.js";
import { gettext } from "./i18n.js";

const STEP = 1.25;
const LEAST = 0.3;
const MOST = 2.5;
// Smaller than this nobody can read what fits.
const READABLE = 0.75;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Viewport {
  constructor(picture) {
    this.picture = picture;
    this.size = { width: Number(picture.getAttribute("width")), height: Number(picture.getAttribute("height")) };
    this.nodes = [...picture.querySelectorAll(".graph-node")];
    this.nodes[0].setAttribute("tabindex", "0");
    this.element = h("div", { class: "graph-window" }, picture);
    this.buttons = h("div", { class: "graph-buttons", role: "group", "aria-label": gettext("Size of the graph") }, [
      this.#button("−", gettext("Smaller"), () => this.#zoom(this.scale / STEP)),
      this.#button("+", gettext("Larger"), () => this.#zoom(this.scale * STEP)),
      this.#button("⤢", gettext("All of it"), () => this.#zoom(this.#whole())),
    ]);
    this.scale = 1;
    this.#fitOnceShown();
    this.#listen();
  }

  #button(sign, name, onclick) {
    return h("button", { type: "button", class: "button small", title: name, "aria-label": name, onclick }, sign);
  }

  /** How wide the place is, is known when it is on the page. */
  #fitOnceShown() {
    const observer = new ResizeObserver(() => {
      if (!this.element.clientWidth) return;
      observer.disconnect();
      this.#zoom(Math.max(READABLE, Math.min(1, this.element.clientWidth / this.size.width)));
    });
    observer.observe(this.element);
  }

  #whole() {
    const { clientWidth, clientHeight } = this.element;
    return Math.min(1, clientWidth / this.size.width, clientHeight / this.size.height);
  }

  /** To a scale; what is in the middle stays there. */
  #zoom(wanted) {
    const scale = Math.min(MOST, Math.max(LEAST, wanted));
    const { clientWidth, clientHeight, scrollLeft, scrollTop } = this.element;
    const middle = [scrollLeft + clientWidth / 2, scrollTop + clientHeight / 2].map((each) => each / this.scale);
    this.scale = scale;
    this.picture.setAttribute("width", Math.round(this.size.width * scale));
    this.picture.setAttribute("height", Math.round(this.size.height * scale));
    this.element.scrollTo(middle[0] * scale - clientWidth / 2, middle[1] * scale - clientHeight / 2);
  }

  #listen() {
    const { element, picture } = this;
    picture.addEventListener("keydown", (event) => this.#key(event));
    picture.addEventListener("focusin", ({ target }) => this.#chosen(target.closest(".graph-node")));
    picture.addEventListener("focusout", () => this.#near(null));
    picture.addEventListener("pointerover", ({ target }) => this.#near(target.closest(".graph-node") ?? this.#focused()));
    element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    element.addEventListener("pointerdown", (event) => event.pointerType === "mouse" && event.button === 0 && this.#pull(event));
  }

  #wheel(event) {
    // Without the key the wheel scrolls the page, as everywhere.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.#zoom(this.scale * (event.deltaY < 0 ? STEP : 1 / STEP));
  }

  #pull({ clientX, clientY, pointerId }) {
    const { element } = this;
    const from = [element.scrollLeft + clientX, element.scrollTop + clientY];
    const moved = (event) => event.pointerId === pointerId && element.scrollTo(from[0] - event.clientX, from[1] - event.clientY);
    const stop = () => removeEventListener("pointermove", moved);
    addEventListener("pointermove", moved);
    addEventListener("pointerup", stop, { once: true });
    addEventListener("pointercancel", stop, { once: true });
  }

  #key(event) {
    const node = event.target.closest(".graph-node");
    const next = ARROWS[event.key] ? this.#next(node, ARROWS[event.key]) : { Home: this.nodes[0], End: this.nodes.at(-1) }[event.key];
    if (!node || !next || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    next.focus();
  }

  /** The nearest node in a direction; what stands aside of it counts for farther away. */
  #next(node, [right, down]) {
    const place = ({ dataset: { x, y } }) => [Number(x), Number(y)];
    const [x, y] = place(node);
    const distance = (other) => {
      const [dx, dy] = [place(other)[0] - x, place(other)[1] - y];
      const ahead = dx * right + dy * down;
      return ahead > 1 ? ahead + 2.5 * Math.abs(dx * down + dy * right) : Infinity;
    };
    const [best] = this.nodes.map((each) => [distance(each), each]).sort(([one], [other]) => one - other);
    return best[0] < Infinity ? best[1] : null;
  }

  /** One of all nodes is reached by the tab key: the one that was last looked at. */
  #chosen(node) {
    for (const each of this.nodes) if (each.getAttribute("tabindex") === "0") each.setAttribute("tabindex", "-1");
    node.setAttribute("tabindex", "0");
    node.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.#near(node);
  }

  #focused() {
    return document.activeElement?.closest?.(".graph-node") ?? null;
  }

  /** Draws what a node is tied to more clearly. */
  #near(node) {
    if (node === this.shown) return;
    this.shown = node;
    const id = node?.dataset.id;
    for (const each of this.picture.querySelectorAll(".graph-edge")) {
      each.classList.toggle("near", Boolean(node) && [each.dataset.from, each.dataset.to].includes(id));
    }
  }
}
