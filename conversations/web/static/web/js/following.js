// For a page that follows what others do: says in plain words when the connection, which htmx's extension makes and makes
// again, is not there; and ends one that has fallen silent, as after a sleep.
import Alpine from "../vendor/alpine/alpine.esm.min.js";

// A reconnect that takes less than this is nobody's concern.
const PATIENCE_MS = 1500;
// The server says something at least every half minute.
const SILENT_MS = 75_000;
const LOOK_MS = 5_000;
// After these no new connection is made.
const ENDS = { 1008: "refused", 4401: "signed-out", 4403: "refused", 4404: "refused", 4429: "refused" };

Alpine.data("following", () => ({
  trouble: "",

  init() {
    const hears = (name, hear) => this.$el.addEventListener(`htmx:ws:${name}`, hear);
    hears("after:connection", ({ detail }) => this.opened(detail.connection));
    hears("after:message:incoming", () => (this.heard = Date.now()));
    hears("close", ({ detail }) => this.closed(detail.code));
    setInterval(() => this.look(), LOOK_MS);
    // The browser kept the page, but not its connection.
    window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
  },

  opened(connection) {
    Object.assign(this, { connection, heard: Date.now(), trouble: "" });
    clearTimeout(this.patience);
  },

  closed(code) {
    clearTimeout(this.patience);
    if (ENDS[code]) this.trouble = ENDS[code];
    // Nobody looks: it is closed on purpose, and made again when somebody does.
    else if (!document.hidden) this.patience = setTimeout(() => (this.trouble = "lost"), PATIENCE_MS);
  },

  look() {
    const socket = this.connection?.socket;
    if (document.hidden || socket?.readyState !== WebSocket.OPEN || Date.now() - this.heard < SILENT_MS) return;
    this.trouble = "lost";
    socket.close();
  },
}));

Alpine.start();
