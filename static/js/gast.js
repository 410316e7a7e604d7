/* A guest's phone asks every five seconds whether there is something to vote on, as long as somebody can see the page: hundreds
   of phones need no socket for that. The fragment listens to "live-poll", as everywhere. */
const POLL = 5_000;
const ask = () => { if (!document.hidden) document.body.dispatchEvent(new CustomEvent("live-poll")); };

setInterval(ask, POLL);
document.addEventListener("visibilitychange", ask);
