"use strict";
// The conversation, kept in step with the room: each event carries one line, new or changed.

const lines = document.getElementById("lines");
const form = document.getElementById("ask");
const field = document.getElementById("text");
const TRY = ["", "by service mtd", "by team last month vs previous", "by day last 30d", "movers", "untagged team", "help"];

function draw({ number, said, card, form }) {
  let line = document.getElementById(`line-${number}`);
  const fresh = line === null;
  if (fresh) {
    line = document.createElement("article");
    line.id = `line-${number}`;
    line.innerHTML = `<p class="said"></p><div class="answer"></div>`;
    lines.append(line);
  }
  const bubble = line.querySelector(".said");
  bubble.hidden = said === "";
  bubble.textContent = said;
  const answer = line.querySelector(".answer");
  if (card === null) {
    answer.innerHTML = '<p class="waiting">looking it up…</p>';
  } else {
    answer.innerHTML = card;
    answer.querySelectorAll("button[data-action]").forEach((button, index) => {
      button.addEventListener("click", () => send("/page/click", { number, button: index }, button));
    });
  }
  if (form) fill(answer, form, number);
  if (fresh || line === lines.lastElementChild) {
    // A tall answer is read from its top; a short one must not hide behind the question field.
    const tall = line.offsetHeight > window.innerHeight * 0.7;
    line.scrollIntoView({ block: tall ? "start" : "end", behavior: "smooth" });
  }
}

function fill(answer, html, number) {
  answer.insertAdjacentHTML("beforeend", html);
  const sheet = answer.querySelector("form.form");
  sheet.addEventListener("submit", (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(sheet));
    send("/page/send", { number, values }, sheet.querySelector(".primary"));
  });
  sheet.querySelector(".cancel").addEventListener("click", () => sheet.remove());
  sheet.querySelector("input, select, textarea")?.focus({ preventScroll: true });
}

async function send(path, body, control) {
  if (control) control.disabled = true;
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) say(await answer.text());
  } catch {
    say("The bot does not answer. Is it still running?");
  } finally {
    if (control) control.disabled = false;
  }
}

function say(problem) {
  const note = document.createElement("p");
  note.className = "problem";
  note.textContent = problem;
  lines.append(note);
  note.scrollIntoView();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send("/page/say", { text: `/cost ${field.value}`.trim() });
  field.value = "";
});

for (const text of TRY) {
  const button = document.createElement("button");
  button.textContent = `/cost ${text}`.trim();
  button.addEventListener("click", () => send("/page/say", { text: `/cost ${text}` }));
  document.getElementById("try").append(button);
}

new EventSource("/page/lines").addEventListener("message", (event) => draw(JSON.parse(event.data)));
