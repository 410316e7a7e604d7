/* A guest's phone asks every five seconds whether there is something to vote on, as long as somebody can see the page: hundreds
   of phones need no socket for that. The fragment listens to "live-poll", as everywhere. */
const POLL = 5_000;
const ask = () => { if (!document.hidden) document.body.dispatchEvent(new CustomEvent("live-poll")); };

setInterval(ask, POLL);
document.addEventListener("visibilitychange", ask);

/* A choice that did not arrive must not look as if it did. */
const lost = document.querySelector("[data-niet-verstuurd]");
const isVote = (event) => event.detail.requestConfig?.verb === "post";
for (const type of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.body.addEventListener(type, (event) => { if (isVote(event)) lost.hidden = false; });
}
document.body.addEventListener("htmx:afterSwap", () => { lost.hidden = true; });
