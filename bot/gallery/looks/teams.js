// A Teams message: window.show(card) draws one and says what is visible and what was not understood.
import { AdaptiveCard, HostConfig, SerializationContext } from "adaptivecards";
import own from "./teams.css";
import config from "./teams.json";

const style = document.createElement("style");
style.textContent = own;
document.head.append(style);

const frame = document.getElementById("frame");

window.show = (payload) => {
  const card = new AdaptiveCard();
  card.hostConfig = new HostConfig(config);
  const context = new SerializationContext();
  card.parse(payload, context);
  const problems = [];
  for (let n = 0; n < context.eventCount; n++) {
    const { message } = context.getEventAt(n);
    // Only Teams knows these; a fallback stands in for them here.
    if (!/Chart\.[A-Za-z.]+/.test(message)) problems.push(message);
  }
  const bubble = document.createElement("div");
  bubble.className = "bubble";
  bubble.append(card.render());
  const who = document.createElement("div");
  who.className = "who";
  who.innerHTML = '<span class="logo"></span><b>costbot</b><span class="app">App</span><time>9:00</time>';
  frame.replaceChildren(who, bubble);
  return { text: bubble.innerText, problems };
};
