// The page of the admin: a terminal, and its connection to the process that draws on it.

import { FitAddon } from "./xterm/addon-fit.mjs";
import { UnicodeGraphemesAddon } from "./xterm/addon-unicode-graphemes.mjs";
import { WebglAddon } from "./xterm/addon-webgl.mjs";
import { Terminal } from "./xterm/xterm.mjs";

const SOON = 500; // milliseconds before the first new try to connect, and at most between two
const LATE = 8000;
const NOTED = 5000;
const CHUNK = 16384; // what is seen is told at least this often
const ENDS = {
  left: "You have left the admin.",
  elsewhere: "This admin is open in another window now.",
  failed: "The admin ended because something went wrong; whoever runs it finds the reason there.",
  closing: "The admin was ended by whoever runs it.",
  full: "",
};

const byId = (name) => document.getElementById(name);

// The emulator makes style sheets. The policy of this page lets those through that carry the
// nonce, which a script can read only here, and no other.
const nonce = byId("start").nonce;
const make = document.createElement.bind(document);
document.createElement = (name, options) => {
  const made = make(name, options);
  if (String(name).toLowerCase() === "style") made.setAttribute("nonce", nonce);
  return made;
};

// A window keeps its admin when the page is loaded again, or the connection is lost.
function seat() {
  let name = sessionStorage.getItem("seat");
  if (!name) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    name = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    sessionStorage.setItem("seat", name);
  }
  return name;
}

const terminal = new Terminal({
  allowProposedApi: true, // widths of emoji
  cursorBlink: false,
  fontFamily:
    'ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSize: 15,
  linkHandler: { activate() {} },
  macOptionIsMeta: true,
  screenReaderMode: new URLSearchParams(location.search).has("read"), // the lines as text, too
  scrollback: 0,
  theme: { background: "#121212" },
});
const fit = new FitAddon();
terminal.loadAddon(fit);
terminal.loadAddon(new UnicodeGraphemesAddon());
terminal.open(byId("terminal"));
try {
  const drawing = new WebglAddon();
  drawing.onContextLoss(() => drawing.dispose());
  terminal.loadAddon(drawing);
} catch {
  // Without it the emulator draws by itself, a little slower.
}
fit.fit();

let socket = null;
let isOver = false;
let wait = SOON;
let unseen = 0;

function tell(...what) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(what));
}

function show(said, button) {
  byId("said").textContent = said;
  byId("again").hidden = !button;
  byId("over").hidden = false;
  if (button) byId("again").focus();
}

let noted = 0;
function note(said) {
  clearTimeout(noted);
  byId("note").textContent = said;
  byId("note").hidden = false;
  noted = setTimeout(() => (byId("note").hidden = true), NOTED);
}

function connect() {
  const url = new URL("terminal", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("seat", seat());
  url.searchParams.set("width", terminal.cols);
  url.searchParams.set("height", terminal.rows);
  isOver = false;
  socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    wait = SOON;
    unseen = 0;
    terminal.reset();
    byId("over").hidden = true;
    terminal.focus();
    tell("focus", document.hasFocus());
  };
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") hear(JSON.parse(data));
    else draw(new Uint8Array(data));
  };
  socket.onclose = () => {
    if (!isOver) lost();
  };
}

function draw(bytes) {
  terminal.write(bytes, () => {
    unseen += bytes.length;
    // Also the last of what came: the process may be waiting for it.
    if (unseen >= CHUNK) report();
    else setTimeout(report, 0);
  });
}

function report() {
  if (unseen > 0) tell("seen", unseen);
  unseen = 0;
}

function hear(told) {
  if (told.type === "file") fetchFile(told);
  if (told.type !== "over") return;
  isOver = true;
  if (told.why === "session") {
    location.assign("login");
    return;
  }
  const said = [ENDS[told.why] ?? "", told.text ?? ""].filter(Boolean).join(" ");
  show(said, true);
}

function fetchFile({ token, name }) {
  const link = make("a");
  link.href = `file/${encodeURIComponent(token)}`;
  link.download = name;
  link.click();
}

async function lost() {
  show("The connection was lost. It is tried again; nothing you did is lost.", false);
  setTimeout(async () => {
    try {
      const answer = await fetch("session", { cache: "no-store" });
      if (answer.status === 401) {
        isOver = true;
        location.assign("login");
        return;
      }
    } catch {
      // It is still away.
    }
    connect();
  }, wait);
  wait = Math.min(LATE, wait * 2);
}

// ------------------------------------------------------------------------ keyboard, mouse, size

terminal.onData((text) => tell("in", text));
terminal.onBinary((text) => tell("in", text));
terminal.onResize(({ cols, rows }) => tell("size", cols, rows));
new ResizeObserver(() => fit.fit()).observe(byId("terminal"));
window.addEventListener("focus", () => tell("focus", true));
window.addEventListener("blur", () => tell("focus", false));
byId("again").addEventListener("click", connect);

terminal.attachCustomKeyEventHandler((event) => {
  const isControl = event.ctrlKey && !event.altKey && !event.shiftKey && !event.metaKey;
  // The browser pastes what its own computer has copied, and copies what is marked with shift.
  if (isControl && event.key === "v") return false;
  if (isControl && event.key === "c" && terminal.hasSelection()) return false;
  return true;
});

// What the admin copies goes to the clipboard of the browser's computer.
terminal.parser.registerOscHandler(52, (text) => {
  const encoded = text.slice(text.indexOf(";") + 1);
  const bytes = Uint8Array.from(atob(encoded), (sign) => sign.charCodeAt(0));
  const copied = new TextDecoder().decode(bytes);
  const refused = () => note("The browser does not let this page copy; copy with shift and the mouse.");
  if (navigator.clipboard) navigator.clipboard.writeText(copied).catch(refused);
  else note("The browser lets a page copy only over https; copy with shift and the mouse.");
  return true;
});

// Ctrl+w closes a window without a word otherwise, and a text editor knows it as "delete a word".
window.addEventListener("beforeunload", (event) => {
  if (!isOver && socket?.readyState === WebSocket.OPEN) event.preventDefault();
});
document.querySelector("header form").addEventListener("submit", () => {
  isOver = true;
});

connect();
