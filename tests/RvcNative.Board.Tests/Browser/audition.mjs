// Hearing saves: switching without a gap, blind comparison, marks, difference, the choice of a save.

const desk = "window.board.view";

export async function audition(browser) {
  const found = {};
  await browser.value('location.hash = "#audition"');
  await browser.until(`${desk}.player?.buffers.size === 4 && document.querySelectorAll("table.takes tr").length === 5`);
  found.takes = await browser.value('document.querySelector("table.takes").innerText');
  found.switched = await browser.value(`(${switched})()`);

  // Live: keys play and switch; the place goes on.
  await browser.value("document.activeElement.blur()");
  await browser.press(" ");
  await browser.until(`${desk}.player.isPlaying && ${desk}.player.position > 0.05`);
  await browser.value(`void (window.before = { heard: ${desk}.player.heard, sources: [...${desk}.player.voices.values()].map((voice) => voice.source) })`);
  await browser.press("ArrowUp");
  found.live = await browser.value(`({ other: ${desk}.player.heard !== before.heard, isPlaying: ${desk}.player.isPlaying, goesOn: [...${desk}.player.voices.values()].every((voice, i) => voice.source === before.sources[i]) })`);
  await browser.press(" ");

  // Blind: neither table, picture nor notes tell what is heard.
  const button = (words) => `[...document.querySelectorAll(".blind button, section button.primary")].find((each) => each.textContent === "${words}")`;
  await browser.value(`${button("start")}.click()`);
  found.blindLetters = await browser.value('[...document.querySelectorAll(".blind .letter")].map((each) => each.textContent)');
  found.blindTells = await browser.value('document.querySelectorAll("tr.playing, .scope:not(.plain) img[src]").length');
  found.blindSeen = new Set();
  await browser.press("b");
  found.blindB = await browser.value(`${desk}.player.heard === ${desk}.blind.pair[1].id`);
  for (let round = 0; round < 12; round++) {
    found.blindSeen.add(await browser.value(`${desk}.blind.pair.map(${desk}.saveName).join(" ")`));
    const votes = await browser.value(`${desk}.state.votes.length`);
    await browser.value(`${button("B is better")}.click()`);
    await browser.until(`${desk}.state.votes.length > ${votes}`);
  }
  found.blindSeen = [...found.blindSeen];
  await browser.value(`${button("end the test")}.click()`);
  found.tally = await browser.value('[...document.querySelectorAll("table.takes tr")].slice(2).map((row) => row.cells[4].textContent)');

  await browser.value('document.querySelectorAll("table.takes tr")[3].querySelectorAll(".stars button")[3].click()');
  await browser.until('document.querySelectorAll("table.takes tr")[3].querySelectorAll(".stars .lit").length === 4');
  await browser.value('(() => { const note = document.querySelectorAll("table.takes tr")[3].querySelector("textarea"); note.value = "breathy <b>"; note.dispatchEvent(new Event("change", { bubbles: true })); })()');
  await browser.until(`${desk}.state.marks.some((mark) => mark.note === "breathy <b>")`);
  found.difference = await browser.value('(async () => { const image = document.querySelector(".scope.plain img"); await image.decode(); return image.naturalWidth; })()');
  await browser.value('document.querySelectorAll("table.takes tr")[2].querySelector("td:last-child button").click()');
  await browser.until('document.querySelector("#view p.good")?.textContent.includes("epoch 10")');
  return found;
}

// In the page: the player's own code plays into an offline context, and one save is switched to another in the middle. Every save of the fixture is a sound of
// its own at each instant, so what comes out tells which was heard, from where, and whether anything was left out.
async function switched() {
  const { Player } = await import("/js/audition/player.js");
  const view = window.board.view, sounds = new Map(view.renders.map((render) => [render.id, `/api/runs/${view.run}/audition/render?id=${render.id}`]));
  const rate = 16000, [first, second] = sounds.keys(), player = new Player(() => {});
  const context = player.context = new OfflineAudioContext(1, rate, rate), resume = context.resume.bind(context);
  context.resume = async () => {};
  await player.load(sounds, () => {});
  player.hear(first);
  await player.play();
  const at = 0.4, halted = context.suspend(at).then(() => {
    player.hear(second);
    resume();
  });
  const [heard] = await Promise.all([context.startRendering(), halted]), out = heard.getChannelData(0);
  const difference = (id, from, to) => {
    const wave = player.buffers.get(id).getChannelData(0), began = Math.round(player.startedAt * rate);
    let most = 0;
    for (let i = Math.round(from * rate); i < Math.round(to * rate); i++) most = Math.max(most, Math.abs(out[i] - wave[i - began]));
    return most;
  };
  const loudness = [];
  for (let i = Math.round(0.05 * rate); i < 0.9 * rate; i += 32) loudness.push(Math.hypot(...out.subarray(i, i + 32)));
  return { before: difference(first, 0.05, at), after: difference(second, at + 0.02, 0.9), other: difference(first, at + 0.02, 0.9), quietest: Math.min(...loudness) / Math.max(...loudness) };
}
