// Fetching a secret output so that it is readable on this page and nowhere on its way: docs/reference/rest.md.
import { api } from "./api.js";
import { gettext } from "./i18n.js";

const PURPOSE = "infrachat sealed output 1";
const FIRST_MS = 300;
const LONGEST_MS = 1500;

/**
 * The value of a stack's secret output. A pair of keys is made for it, whose private half cannot leave the page; an
 * infrastructure worker seals the value to the other. `waits()` is called while there is no such worker.
 * Throws a problem ({detail}).
 */
export async function reveal(stack, output, waits) {
  const { subtle } = globalThis.crypto ?? {};
  if (!subtle) throw { detail: gettext("Browsers can open a secret only on pages from https, or from this machine. Open this page by its https address.") };
  const pair = await subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
  const point = new Uint8Array(await subtle.exportKey("raw", pair.publicKey));
  const asked = await api(`stacks/${stack}/secret-outputs/`, { method: "POST", body: { output, public_key: written(point) } });
  const { id, box } = await answer(asked, waits);
  try {
    return await opened(box, { subtle, pair, point, bound: `${id}\n${output}` });
  } catch {
    throw { detail: gettext("The answer could not be opened. Ask again.") };
  }
}

async function answer(asked, waits) {
  let found = asked;
  for (let pause = FIRST_MS; found.state === "waiting"; pause = Math.min(pause * 1.3, LONGEST_MS)) {
    if (found.worker_away) waits();
    await new Promise((done) => setTimeout(done, pause));
    found = await api(`secret-outputs/${asked.id}/take/`, { method: "POST" });
  }
  if (found.state !== "sealed") throw { detail: found.problem };
  return found;
}

async function opened(box, { subtle, pair, point, bound }) {
  const half = read(box.key);
  const theirs = await subtle.importKey("raw", half, { name: "ECDH", namedCurve: "P-256" }, false, []);
  const agreed = await subtle.deriveBits({ name: "ECDH", public: theirs }, pair.privateKey, 256);
  const info = new Uint8Array([...encoded(PURPOSE), ...half, ...point]);
  const base = await subtle.importKey("raw", agreed, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  const key = await subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
  const plain = await subtle.decrypt({ name: "AES-GCM", iv: read(box.nonce), additionalData: encoded(bound) }, key, read(box.ciphertext));
  return JSON.parse(new TextDecoder().decode(plain));
}

const encoded = (text) => new TextEncoder().encode(text);
const written = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const read = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
