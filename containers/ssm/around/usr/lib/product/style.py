# How the pages look: one style sheet and a few drawings, all inline, so that a page needs nothing but itself.

import base64
import hashlib

from markup import Html, h

SHEET = Html('''
:root {
  --ink: #1c2430; --soft: #5b6675; --line: #e1e5ea; --paper: #fff; --ground: #f4f5f7;
  --good: #1f7a4d; --good-wash: #e8f4ed; --bad: #b3261e; --bad-wash: #fbecea; --warn: #8a5a00; --warn-wash: #fff5dc; --warn-line: #ecd59a;
}
.prime { --accent: #0f766e; --accent-dark: #0b5a54; --accent-wash: #e6f3f1; --deep: #10312f; }
.cucm { --accent: #4f4aa8; --accent-dark: #3b3788; --accent-wash: #eeedf8; --deep: #221f47; }
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: flex; flex-direction: column; color: var(--ink); background: var(--ground); font-size: 15px; line-height: 1.5;
  font-family: Inter, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, "DejaVu Sans Condensed", sans-serif;
}
h1, h2, p, dl, dd, fieldset { margin: 0; padding: 0; border: 0; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.icon { width: 19px; height: 19px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }

.top { flex: none; display: flex; align-items: center; justify-content: space-between; gap: 20px; background: var(--deep); color: #fff; padding: 14px 32px; }
.brand { display: flex; align-items: center; gap: 14px; color: #fff; font-size: 17px; font-weight: 600; line-height: 1.25; }
.brand:hover { text-decoration: none; }
.brand svg { width: 36px; height: 36px; flex: none; }
.brand small { display: block; font-size: 11.5px; font-weight: 500; letter-spacing: .9px; opacity: .72; text-transform: uppercase; }
.host { display: flex; align-items: center; gap: 9px; font-size: 14px; min-width: 0; overflow-wrap: anywhere; }
.host .icon { opacity: .7; }

.shell { flex: 1; display: grid; grid-template-columns: 248px minmax(0, 1fr); }
nav { background: var(--paper); border-right: 1px solid var(--line); padding: 30px 14px; }
nav p { color: var(--soft); font-size: 12.5px; padding: 0 14px 14px; }
nav a { display: flex; align-items: center; gap: 12px; color: var(--ink); font-size: 14.5px; font-weight: 500; padding: 10px 14px; border-radius: 8px; margin-bottom: 3px; }
nav a:hover { background: var(--ground); text-decoration: none; }
nav a[aria-current] { color: var(--accent-dark); background: var(--accent-wash); font-weight: 600; }
main { padding: 32px 40px 56px; max-width: 1160px; width: 100%; display: grid; gap: 22px; align-content: start; }
h1 { font-size: 23px; font-weight: 650; letter-spacing: -.2px; line-height: 1.3; }
h2 { font-size: 15px; font-weight: 650; }

.notice, .said { display: flex; gap: 13px; align-items: flex-start; border: 1px solid; border-radius: 10px; padding: 13px 17px; overflow-wrap: anywhere; }
.notice { color: var(--warn); background: var(--warn-wash); border-color: var(--warn-line); }
.notice .icon, .said .icon { width: 22px; height: 22px; }
.said.good { color: var(--good); background: var(--good-wash); border-color: #bfe0cd; }
.said.bad { color: var(--bad); background: var(--bad-wash); border-color: #f0c6c2; }

.tiles { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 18px; }
.tile, .card { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; }
.tile { padding: 18px 20px 16px; border-top: 3px solid #c3cad3; }
.tile.good { border-top-color: var(--good); }
.tile.bad { border-top-color: var(--bad); }
.tile h2 { font-size: 13px; font-weight: 550; color: var(--soft); }
.tile .value { font-size: 20px; font-weight: 650; padding: 5px 0 3px; font-variant-numeric: tabular-nums; }
.tile.good .value { color: var(--good); }
.tile.bad .value { color: var(--bad); }
.tile .more { font-size: 13px; color: var(--soft); overflow-wrap: anywhere; }
.tile time { display: block; }

.card { padding: 22px 26px 24px; }
.card > h2 { padding-bottom: 14px; }
.card.flush { padding: 22px 0 6px; }
.card.flush > h2 { padding: 0 26px 14px; }
.facts { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 18px 32px; padding-top: 16px; border-top: 1px solid var(--line); }
.facts .wide { grid-column: span 2; }
dt { color: var(--soft); font-size: 13px; }
dd { font-weight: 550; overflow-wrap: anywhere; }
.brief { border: 1px solid var(--line); border-radius: 10px; padding: 4px 18px; }
.brief > div { display: grid; grid-template-columns: 130px minmax(0, 1fr); gap: 14px; padding: 8px 0; align-items: baseline; }
.brief > div + div { border-top: 1px solid var(--line); }
table { width: 100%; border-collapse: collapse; font-size: 14.5px; }
th { text-align: left; font-size: 12.5px; font-weight: 600; color: var(--soft); background: #fafbfc; border-top: 1px solid var(--line); }
th, td { padding: 11px 26px; }
td { border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.number { text-align: right; width: 110px; font-variant-numeric: tabular-nums; }
th:last-child, td:last-child { width: 240px; }
td.empty { color: var(--soft); text-align: center; padding: 34px; }
.chip { display: inline-flex; align-items: center; gap: 8px; border-radius: 99px; padding: 2px 12px 2px 10px; font-size: 13px; font-weight: 600; white-space: nowrap; color: var(--soft); background: var(--ground); }
.chip::before { content: ""; width: 7px; height: 7px; border-radius: 50%; background: currentColor; }
.chip.good { color: var(--good); background: var(--good-wash); }
.chip.bad { color: var(--bad); background: var(--bad-wash); }

form.card { max-width: 760px; display: grid; gap: 18px; }
.lead { color: var(--soft); }
.hint { color: var(--warn); background: var(--warn-wash); border-radius: 8px; padding: 9px 13px; font-size: 14px; }
fieldset { display: grid; gap: 12px; }
.way { border: 1px solid var(--line); border-radius: 10px; padding: 14px 18px; }
.way:has(input[type=radio]:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.way .more { padding: 8px 0 0 28px; display: grid; gap: 12px; color: var(--soft); font-size: 14px; overflow-wrap: anywhere; }
.check { display: flex; align-items: center; gap: 10px; font-weight: 550; }
.check input { width: 18px; height: 18px; margin: 0; flex: none; accent-color: var(--accent); }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 12px 18px; }
.field { display: grid; gap: 5px; color: var(--ink); }
.field span, .field label { font-size: 13.5px; font-weight: 550; }
.field input, textarea { font: inherit; font-size: 14.5px; color: var(--ink); background: var(--paper); border: 1px solid #c4cbd4; border-radius: 8px; padding: 8px 12px; width: 100%; }
textarea { resize: vertical; font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 13.5px; }
.field input:focus, textarea:focus { outline: 2px solid var(--accent); outline-offset: -1px; border-color: var(--accent); }
::placeholder { color: #8f99a6; opacity: 1; }
.buttons { display: flex; align-items: center; gap: 18px; }
button { font: inherit; font-weight: 600; color: #fff; background: var(--accent); border: 0; border-radius: 8px; padding: 9px 24px; cursor: pointer; }
button:hover { background: var(--accent-dark); }

@media (max-width: 900px) {
  .shell { grid-template-columns: minmax(0, 1fr); }
  nav { border-right: 0; border-bottom: 1px solid var(--line); padding: 12px 14px; display: flex; flex-wrap: wrap; }
  nav p { display: none; }
  main { padding: 24px 20px 40px; }
  .tiles, .facts, .pair { grid-template-columns: minmax(0, 1fr); }
  th, td { padding: 11px 14px; }
  .facts .wide { grid-column: auto; }
  .number, th:last-child, td:last-child { width: auto; }
}
''')

# Only this very sheet is let in by the content policy.
SHEET_HASH = base64.b64encode(hashlib.sha256(SHEET.encode()).digest()).decode()


def icon(name):
    return h('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', ICONS[name])


ICONS = {name: Html(drawing) for name, drawing in {
    'gauge': '<path d="M4 17a8.5 8.5 0 1 1 16 0"/><path d="m12 14 4-5"/><circle cx="12" cy="14.5" r="1.3"/>',
    'route': '<circle cx="6" cy="18" r="2.4"/><circle cx="18" cy="6" r="2.4"/><path d="M8.4 18H15a3 3 0 0 0 0-6H9a3 3 0 0 1 0-6h6.6"/>',
    'key': '<circle cx="8" cy="15" r="4.2"/><path d="M11 12 20 3M16.5 6.5l3 3M14 9l2 2"/>',
    'host': '<rect x="4" y="4" width="16" height="7" rx="1.8"/><rect x="4" y="13" width="16" height="7" rx="1.8"/><path d="M7.5 7.5h.1M7.5 16.5h.1"/>',
    'warning': '<path d="M12 4 2.8 19.5h18.4z"/><path d="M12 10v4.2M12 16.9v.1"/>',
    'stop': '<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5.5M12 16.3v.1"/>',
    'done': '<circle cx="12" cy="12" r="9"/><path d="m8 12.3 2.8 2.8L16.2 9.4"/>',
}.items()}

MARK = {kind: Html(f'<svg viewBox="0 0 36 36" aria-hidden="true"><rect width="36" height="36" rx="9" fill="{colour}"/>{drawing}</svg>') for kind, colour, drawing in (
    # A network and a telephone conversation.
    ('prime', '#14a098', '<g fill="none" stroke="#fff" stroke-width="2"><path d="M18 11.5 10.5 24M18 11.5 25.5 24M12.5 25h11"/></g>'
                         '<g fill="#fff"><circle cx="18" cy="10.5" r="3.6"/><circle cx="10" cy="25" r="3.6"/><circle cx="26" cy="25" r="3.6"/></g>'),
    ('cucm', '#7a74d8', '<path d="M8 9.5h13a3 3 0 0 1 3 3v5a3 3 0 0 1-3 3h-6l-4.5 4v-4H8a0 0 0 0 1 0 0z" fill="#fff"/>'
                        '<path d="M26.5 15.5h1.2a2.3 2.3 0 0 1 2.3 2.3v5a2.3 2.3 0 0 1-2.3 2.3h-.9v3.3l-3.7-3.3h-4.2" fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round"/>'),
)}

FAVICON = {kind: 'data:image/svg+xml;base64,' + base64.b64encode(mark.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ').encode()).decode() for kind, mark in MARK.items()}
