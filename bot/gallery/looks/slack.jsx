// A Slack message: window.show(blocks) draws one and says what is visible.
import { createRoot } from "react-dom/client";
import { flushSync } from "react-dom";
import { Message } from "slack-blocks-to-jsx";
import css from "slack-blocks-to-jsx/dist/style.css";
import own from "./slack.css";

const style = document.createElement("style");
style.textContent = css + own;
document.head.append(style);

const frame = document.getElementById("frame");
const root = createRoot(frame);
const logo =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" fill="#2B62D9"/>' +
      '<path d="M8 26V18h5v8zm8 0V10h5v16zm8 0v-5h5v5z" fill="#fff"/></svg>',
  );

// Slack shows plain text as it is; this renderer looks for mrkdwn in it. Signs that open something
// get a hair space or a twin that opens nothing. Real mrkdwn is left alone.
const decode = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
const literal = (text) => text.replace(/[<>&_~|@:[\](){}#!-]/g, "$&\u200a").replace(/`/g, "\u2035").replace(/\*/g, "\u2217");
const asSlackReads = (node) => {
  if (Array.isArray(node)) return node.map(asSlackReads);
  if (node === null || typeof node !== "object") return node;
  if (node.type === "plain_text") return { ...node, text: literal(decode(node.text)) };
  if (node.type === "raw_text") return { ...node, text: literal(node.text) };
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, asSlackReads(value)]));
};

window.show = (blocks) => {
  const time = new Date(Date.UTC(2026, 10, 23, 9, 0));
  const message = <Message key={Math.random()} theme="light" name="costbot" logo={logo} time={time} blocks={asSlackReads(blocks)} />;
  flushSync(() => root.render(message));
  return { text: frame.innerText, problems: [] };
};
