// Where Infrachat is: the server that these modules came from. On our own pages that is the page's own server; the
// widget runs on a page of somebody else.

export const HOME = new URL(import.meta.url).origin;
export const isHome = location.origin === HOME;

/** Address of a path of ours; `socket`: of a websocket. */
export const homeUrl = (path, { socket = false } = {}) => (socket ? HOME.replace(/^http/, "ws") : HOME) + path;
