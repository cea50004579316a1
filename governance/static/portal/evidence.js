// Shows the best evidence of the claim that has the focus or the pointer, and the claims of the evidence that has it.
(function () {
  "use strict";
  function light(target) {
    document.querySelectorAll(".answer .on").forEach(function (one) { one.classList.remove("on"); });
    var answer = target.closest ? target.closest(".answer") : null;
    var claim = answer && target.closest("[data-claim]");
    var evidence = answer && target.closest("[data-claims]");
    var wanted = claim ? [claim.dataset.claim] : evidence ? evidence.dataset.claims.split(" ") : [];
    wanted.forEach(function (number) {
      answer.querySelectorAll('[data-claim="' + number + '"], [data-claims~="' + number + '"]').forEach(function (one) {
        one.classList.add("on");
      });
    });
  }
  function follow(link) {
    var place = document.getElementById(link.hash.slice(1));
    var folded = place && place.closest("details");
    if (folded) { folded.open = true; }
  }
  document.addEventListener("focusin", function (event) { light(event.target); });
  document.addEventListener("mouseover", function (event) { light(event.target); });
  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("a.claim") : null;
    if (link) { follow(link); }
  });
})();
