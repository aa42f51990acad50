const mails = document.querySelector("#mails");
const live = document.querySelector("#live");

async function refresh() {
  const answer = await fetch(`/list?selected=${mails.dataset.selected}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  mails.replaceChildren(...page.body.childNodes);
}

const events = new EventSource("/events");
events.addEventListener("mail", refresh);
events.addEventListener("open", () => {
  live.textContent = "live";
  live.className = "on";
  refresh();
});
events.addEventListener("error", () => {
  live.textContent = "the demo has ended";
  live.className = "off";
});
