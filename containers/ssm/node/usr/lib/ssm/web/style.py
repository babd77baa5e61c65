# How the pages look: one style sheet and a few drawings, all inline, so that a page needs nothing but itself.

import base64
import hashlib

from markup import Html, h

SHEET = Html('''
:root {
  --ink: #16212e; --soft: #566577; --faint: #8794a3; --line: #dfe5ec; --paper: #fff; --ground: #eef2f7; --wash: #f6f8fb;
  --navy: #0c2340; --blue: #0b63c5; --blue-dark: #084d9a; --blue-wash: #e8f1fc;
  --green: #14794a; --green-wash: #e6f5ed; --amber: #8f5a00; --amber-wash: #fff6df; --red: #c4281c; --red-wash: #fdecea;
  --shadow: 0 1px 2px rgba(12, 35, 64, .06), 0 6px 24px rgba(12, 35, 64, .08);
}
* { box-sizing: border-box; }
html { font-size: 15px; }
body {
  margin: 0; min-height: 100vh; display: flex; flex-direction: column; color: var(--ink); background: var(--ground);
  font-family: Inter, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, "DejaVu Sans Condensed", sans-serif;
  line-height: 1.45;
}
a { color: var(--blue); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid #58a6ff; outline-offset: 2px; border-radius: 4px; }
h1, h2, p { margin: 0; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.bar { background: var(--navy); color: #fff; display: flex; align-items: center; gap: 12px; padding: 0 28px; height: 58px; flex: none; }
.bar .brand { display: flex; align-items: center; gap: 12px; color: #fff; font-size: 17px; font-weight: 600; letter-spacing: .1px; }
.bar .brand:hover { text-decoration: none; }
.bar .brand svg { width: 28px; height: 28px; }
.bar .spring { flex: 1; }
.bar .way { color: #dbe7f6; font-size: 14px; margin-left: 14px; }
.bar .node { color: #b7c9e2; font-size: 13px; display: flex; align-items: center; gap: 8px; }
.bar .dot { width: 8px; height: 8px; border-radius: 50%; background: #3ecf8e; }
.bar .user {
  font-size: 13.5px; padding-left: 18px; margin-left: 6px; border-left: 1px solid #2b4568; display: flex; gap: 8px; align-items:
  center;
}
.bar .user svg { width: 17px; height: 17px; stroke: #b7c9e2; }
.bar form { margin: 0 0 0 8px; }
.bar button {
  font: inherit; font-size: 13px; color: #dbe7f6; background: transparent; border: 1px solid #3a557a; border-radius: 6px; padding: 5px
  12px; cursor: pointer;
}
.bar button:hover { background: #17365d; color: #fff; }

main { flex: 1; width: 100%; max-width: 1320px; margin: 0 auto; padding: 30px 28px 40px; }
.foot { color: var(--faint); font-size: 12px; text-align: center; padding: 0 0 18px; }

.button {
  display: inline-block; font: inherit; font-size: 14px; font-weight: 600; border-radius: 7px; padding: 8px 16px; cursor: pointer;
  color: #fff; background: var(--blue); border: 1px solid var(--blue); text-decoration: none; line-height: 1.4;
}
.button:hover { background: var(--blue-dark); border-color: var(--blue-dark); text-decoration: none; }
.button.plain { color: var(--ink); background: var(--paper); border-color: #c6d0dc; }
.button.plain:hover { background: var(--wash); }
.icon {
  width: 24px; height: 24px; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; flex:
  none;
}

/* workspace */
.desk { display: grid; grid-template-columns: 1fr 318px; gap: 28px; align-items: start; }
.desk h1 { font-size: 22px; font-weight: 650; margin-bottom: 2px; }
.lead { color: var(--soft); margin-bottom: 20px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(158px, 1fr)); gap: 16px; }
.tile {
  display: flex; flex-direction: column; justify-content: space-between; gap: 20px; min-height: 142px; padding: 16px; border-radius:
  12px; font-size: 14.5px; line-height: 1.35;
  background: var(--paper); border: 1px solid var(--line); color: var(--ink); font-weight: 600; text-decoration: none;
}
.tile .badge {
  width: 44px; height: 44px; border-radius: 11px; display: grid; place-items: center; color: var(--blue); background:
  var(--blue-wash);
}
a.tile { box-shadow: var(--shadow); }
a.tile:hover {
  border-color: #8bb8ee; text-decoration: none; box-shadow: 0 2px 4px rgba(12, 35, 64, .08), 0 10px 30px rgba(11, 99, 197, .16);
}
.tile.off { background: transparent; border-color: #dde4ec; color: #8a97a6; font-weight: 500; cursor: default; }
.tile.off .badge { color: #a3afbc; background: #e6ebf1; }

.card { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; box-shadow: var(--shadow); }
.health { padding: 20px 22px 8px; font-size: 13.5px; }
.health h2 { font-size: 16px; font-weight: 650; }
.health section { border-top: 1px solid var(--line); padding: 14px 0; }
.health h3 { margin: 0 0 8px; font-size: 12.5px; font-weight: 600; color: var(--soft); }
.verdict { display: flex; gap: 12px; align-items: center; padding: 14px 0; }
.verdict svg { width: 34px; height: 34px; flex: none; }
.verdict b { display: block; font-size: 15px; }
.verdict span { color: var(--soft); }
.verdict .good { color: var(--green); }
.verdict .poor { color: var(--amber); }
.pairs { display: grid; grid-template-columns: auto 1fr; gap: 5px 14px; margin: 0; }
.pairs dt { color: var(--soft); }
.pairs dd { margin: 0; text-align: right; font-weight: 550; overflow-wrap: anywhere; }
.meters { display: grid; grid-template-columns: 42px 1fr 44px; gap: 8px 10px; align-items: center; }
.meters span { color: var(--soft); font-weight: 600; font-size: 12px; }
.meters b { text-align: right; font-weight: 600; font-variant-numeric: tabular-nums; }
.meters svg { width: 100%; height: 8px; display: block; border-radius: 4px; }
.rates { display: flex; justify-content: space-between; gap: 10px; }
.rates .unit { font-variant-numeric: tabular-nums; white-space: nowrap; }
.alert { display: flex; gap: 9px; align-items: flex-start; }
.alert svg { width: 17px; height: 17px; flex: none; margin-top: 1px; }
.none { color: var(--faint); }
.people { list-style: none; margin: 0; padding: 0; display: grid; gap: 4px; }
.people li { display: flex; justify-content: space-between; font-variant-numeric: tabular-nums; }

/* a page is a window of the workspace */
.window > header {
  background: var(--blue); color: #fff; display: flex; align-items: center; justify-content: space-between; height: 50px; padding: 0
  12px 0 24px; border-radius: 11px 11px 0 0;
}
.window > header h1 { font-size: 17px; font-weight: 600; }
.window > header a { color: #fff; display: grid; place-items: center; width: 32px; height: 32px; border-radius: 7px; }
.window > header a:hover { background: rgba(255, 255, 255, .18); }
.window > header svg { width: 18px; height: 18px; stroke-width: 2; }
.tabs { display: flex; gap: 26px; padding: 0 24px; border-bottom: 1px solid var(--line); background: var(--wash); }
.tabs a { color: var(--soft); padding: 13px 1px 11px; border-bottom: 3px solid transparent; font-weight: 550; }
.tabs a:hover { color: var(--ink); text-decoration: none; }
.tabs a[aria-selected=true] { color: var(--blue); border-color: var(--blue); font-weight: 650; }
.pane { padding: 24px; }

/* high availability */
.overview {
  display: grid; grid-template-columns: 1fr auto; gap: 24px; align-items: center; padding-bottom: 22px; border-bottom: 1px solid
  var(--line);
}
.status { display: flex; gap: 14px; align-items: center; }
.status > svg { width: 42px; height: 42px; flex: none; }
.status b { display: block; font-size: 19px; font-weight: 650; line-height: 1.3; }
.status.normal b { color: var(--green); }
.status.degraded b { color: var(--amber); }
.status span { color: var(--soft); }
.pulse { border-left: 1px solid var(--line); padding: 2px 8px 2px 26px; }
.pulse h2 { font-size: 15px; font-weight: 650; }
.pulse p { color: var(--soft); }
.connected { color: var(--green); font-weight: 650; }
.disconnected { color: var(--red); font-weight: 650; }
.topology { max-width: 820px; margin: 0 auto; padding: 26px 0 32px; text-align: center; }
.vip {
  display: inline-block; font-weight: 650; font-size: 15px; padding: 6px 20px; border-radius: 99px; background: var(--blue-wash);
  color: var(--blue-dark); font-variant-numeric: tabular-nums;
}
.topology > svg { display: block; width: 100%; height: auto; margin-top: 6px; }
.servers { display: grid; grid-template-columns: 1fr 1fr; }
.server { display: grid; gap: 3px; justify-items: center; font-variant-numeric: tabular-nums; }
.server .role { font-size: 16px; font-weight: 650; }
.server .address { color: var(--soft); }
.state { margin-top: 10px; min-width: 124px; padding: 6px 18px; border-radius: 7px; color: #fff; font-weight: 600; font-size: 14px; }
.state.active { background: var(--green); }
.state.standby { background: var(--blue); }
.info { border-top: 1px solid var(--line); padding-top: 20px; }
.info h2 { font-size: 15px; font-weight: 650; margin-bottom: 12px; }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 24px; }
.columns table { width: 100%; border: 1px solid var(--line); border-radius: 9px; border-spacing: 0; overflow: hidden; font-size: 14px; }
.columns caption { text-align: left; font-weight: 600; color: var(--soft); padding-bottom: 8px; font-size: 13px; }
.columns th, .columns td { padding: 9px 16px; border-top: 1px solid var(--line); }
.columns tr:first-child > * { border-top: 0; }
.columns th { text-align: left; font-weight: 500; color: var(--soft); background: var(--wash); width: 50%; }
.columns td { font-weight: 550; font-variant-numeric: tabular-nums; }

/* lists */
.tools { display: flex; justify-content: space-between; gap: 16px; align-items: center; margin-bottom: 18px; }
.search { display: flex; gap: 8px; margin: 0; }
.search label { position: relative; display: block; }
.search svg { position: absolute; left: 10px; top: 10px; width: 17px; height: 17px; stroke: var(--faint); }
input[type=text], input[type=search], input[type=password], select {
  font: inherit; font-size: 14px; font-weight: 400; color: var(--ink); background: var(--paper); border: 1px solid #c2cdd9;
  border-radius: 7px; padding: 8px 12px; width: 100%;
}
.search input[type=search] { width: 280px; padding-left: 34px; }
input:hover { border-color: #93a3b5; }
input:focus { outline: 2px solid #9cc6f7; outline-offset: 0; border-color: var(--blue); }
input::placeholder { color: var(--faint); opacity: 1; }
.list { width: 100%; border-spacing: 0; font-size: 14px; border: 1px solid var(--line); border-radius: 9px; }
.list th { text-align: left; font-size: 12.5px; font-weight: 650; color: var(--soft); background: var(--wash); white-space: nowrap; }
.list th:first-child { border-top-left-radius: 9px; }
.list th:last-child { border-top-right-radius: 9px; }
.list th, .list td { padding: 10px 16px; }
.list td { border-top: 1px solid var(--line); overflow-wrap: anywhere; vertical-align: middle; }
.list td.whole { white-space: nowrap; font-variant-numeric: tabular-nums; }
.list tbody tr:hover td { background: #fafcfe; }
.list td.empty { text-align: center; color: var(--faint); padding: 34px; background: none; }
.chip {
  display: inline-flex; align-items: center; gap: 7px; font-size: 12.5px; font-weight: 600; border-radius: 99px; padding: 2px 11px 2px
  9px;
}
.chip::before { content: ""; width: 7px; height: 7px; border-radius: 50%; background: currentColor; }
.chip.active { color: var(--green); background: var(--green-wash); }
.chip.major { color: var(--red); background: var(--red-wash); }
.chip.minor { color: var(--amber); background: var(--amber-wash); }
.chip.pending { color: var(--amber); background: var(--amber-wash); }
.menu, .chip { white-space: nowrap; }
.menu { position: relative; display: inline-block; }
.menu summary {
  list-style: none; cursor: pointer; color: var(--blue); font-weight: 600; border-radius: 6px; padding: 2px 6px; margin-left: -6px;
}
.menu summary::-webkit-details-marker { display: none; }
.menu summary::after { content: " \\25be"; font-size: 11px; }
.menu summary:hover, .menu[open] summary { background: var(--blue-wash); }
.menu div {
  position: absolute; right: 0; top: 100%; margin-top: 4px; z-index: 2; background: var(--paper); border: 1px solid var(--line);
  border-radius: 8px; box-shadow: var(--shadow); padding: 5px;
}
.menu button {
  display: block; width: 100%; text-align: left; font: inherit; font-size: 14px; border: 0; background: none; border-radius: 5px; padding: 7px 30px 7px 12px;
  cursor: pointer; color: var(--ink);
}
.menu button:hover { background: var(--blue-wash); color: var(--blue-dark); }
.count { color: var(--soft); font-size: 13px; padding-top: 14px; }

/* smart licensing */
.tabs .off { color: #a3afbc; padding: 13px 1px 11px; }
.tabs.inner { background: none; padding: 0; margin-bottom: 20px; }
.part { font-size: 16px; font-weight: 650; margin: 22px 0 14px; }
.pane h3 { font-size: 14px; margin: 0 0 12px; }
.chooser { display: flex; gap: 10px; align-items: center; margin: 0 0 14px; }
.chooser label { display: flex; gap: 10px; align-items: center; font-weight: 600; font-size: 13.5px; }
.chooser select { min-width: 260px; }
.filters { display: flex; gap: 8px; }
.chip[aria-pressed=true] { outline: 2px solid currentColor; }
.udi { display: block; color: var(--faint); font-size: 12px; }
.tools .off { color: var(--faint); font-size: 13px; }

/* forms and messages */
.form { max-width: 560px; display: grid; gap: 18px; }
.form label { display: grid; gap: 6px; font-weight: 600; font-size: 13.5px; }
.form label small { font-weight: 400; color: var(--soft); font-size: 12.5px; }
.form.row { grid-template-columns: repeat(3, minmax(0, 1fr)) auto; max-width: none; align-items: end; margin-top: 26px; }
.form.row .error { grid-column: 1 / -1; }
.form .need { color: var(--red); }
.form .buttons { display: flex; gap: 10px; padding-top: 4px; }
.error {
  display: flex; gap: 10px; align-items: flex-start; color: #8c1d14; background: var(--red-wash); border: 1px solid #f3c3be;
  border-radius: 8px; padding: 10px 14px; font-size: 14px;
}
.error svg { width: 19px; height: 19px; flex: none; margin-top: 1px; }
.gate {
  flex: 1; display: grid; place-items: center; padding: 30px; background: radial-gradient(1100px 620px at 50% -10%, #1d4f8f 0, #12335f
  48%, #0b2040 100%);
}
.gate .card { width: 100%; max-width: 424px; padding: 38px 40px 36px; border: 0; box-shadow: 0 24px 70px rgba(3, 12, 28, .45); }
.gate .mark { width: 52px; height: 52px; display: block; margin: 0 auto 16px; }
.gate h1 { font-size: 19px; font-weight: 650; text-align: center; text-wrap: balance; }
.gate .lead { text-align: center; margin: 4px 0 26px; }
.gate .button { width: 100%; padding: 10px; margin-top: 4px; }
.gate.plain { background: var(--ground); }
.gate.plain .card { max-width: 520px; text-align: center; box-shadow: var(--shadow); border: 1px solid var(--line); }
.gate .code { font-size: 13px; font-weight: 650; letter-spacing: .6px; color: var(--faint); }
.gate.plain p { color: var(--soft); margin: 8px 0 22px; }
.gate.plain .button { width: auto; padding: 8px 20px; }

@media (max-width: 980px) {
  .desk, .columns { grid-template-columns: 1fr; }
  .overview { grid-template-columns: 1fr; }
  .pulse { border-left: 0; padding: 0 0 0 56px; }
  .tools { flex-wrap: wrap; }
  .bar .node { display: none; }
}
''')

# Only this very sheet is let in by the content policy.
SHEET_HASH = base64.b64encode(hashlib.sha256(SHEET.encode()).digest()).decode()


def icon(name):
    return h('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', ICONS[name])


ICONS = {name: Html(drawing) for name, drawing in {
    'access': '<circle cx="8" cy="15" r="4.2"/><path d="M11 12 20 3M16.5 6.5l3 3M14 9l2 2"/>',
    'security': '<path d="M12 3 4.5 6v5.2c0 4.6 3.1 8 7.5 9.8 4.4-1.8 7.5-5.2 7.5-9.8V6z"/><path d="m8.7 11.8 2.4 2.4 4.3-4.6"/>',
    'accounts': '<rect x="3" y="5" width="18" height="14" rx="2.2"/><circle cx="8.6" cy="11" r="2"/>'
                '<path d="M5.6 16c.5-1.6 1.6-2.4 3-2.4s2.5.8 3 2.4M14.5 10h4M14.5 14h4"/>',
    'settings': '<path d="M4 7h9M17 7h3M4 12h3M11 12h9M4 17h11M19 17h1"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="12" r="2"/>'
                '<circle cx="17" cy="17" r="2"/>',
    'api': '<path d="m8 7-5 5 5 5M16 7l5 5-5 5M13.6 5l-3.2 14"/>',
    'support': '<circle cx="12" cy="12" r="9"/><circle cx="12" cy="12" r="3.6"/>'
               '<path d="m5.7 5.7 3.7 3.7M14.6 14.6l3.7 3.7M18.3 5.7l-3.7 3.7M9.4 14.6l-3.7 3.7"/>',
    'high-availability': '<rect x="3" y="3.5" width="7" height="9.5" rx="1.5"/><rect x="14" y="3.5" width="7" height="9.5" rx="1.5"/>'
                         '<path d="M5.5 6.5h2M16.5 6.5h2M6.5 13v3.5a2 2 0 0 0 2 2h7a2 2 0 0 0 2-2V13"/>'
                         '<circle cx="12" cy="18.5" r="2" fill="#fff"/>',
    'synchronization': '<path d="M20 11a8 8 0 0 0-14.3-4L3.5 9.2M3.5 4.5v4.7h4.7M4 13a8 8 0 0 0 14.3 4l2.2-2.2M20.5 19.5v-4.7h-4.7"/>',
    'network': '<circle cx="12" cy="12" r="9"/>'
               '<path d="M3 12h18M12 3c2.5 2.6 3.8 5.6 3.8 9s-1.3 6.4-3.8 9c-2.5-2.6-3.8-5.6-3.8-9S9.5 5.6 12 3z"/>',
    'users': '<circle cx="9" cy="8.5" r="3.3"/><path d="M3 19c.5-3.6 2.9-5.4 6-5.4s5.5 1.8 6 5.4"/>'
             '<path d="M15.5 5.5a3.3 3.3 0 0 1 0 6.1M17.3 14.2c2 .7 3.3 2.3 3.7 4.8"/>',
    'user': '<circle cx="12" cy="8" r="4"/><path d="M4.5 20c.7-4.2 3.7-6.3 7.5-6.3s6.8 2.1 7.5 6.3"/>',
    'close': '<path d="m6 6 12 12M18 6 6 18"/>',
    'search': '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    'stop': '<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5.5M12 16.5v.1"/>',
}.items()}

LOGO = Html(
    '<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#0b63c5"/>'
    '<rect x="7" y="8" width="18" height="6.5" rx="2" fill="#fff"/><rect x="7" y="17.5" width="18" height="6.5" rx="2" fill="#9cc6f7"/>'
    '<circle cx="11" cy="11.2" r="1.3" fill="#14794a"/><circle cx="11" cy="20.7" r="1.3" fill="#0b63c5"/></svg>')

FAVICON = 'data:image/svg+xml;base64,' + base64.b64encode(
    LOGO.replace('<svg class="mark"', '<svg xmlns="http://www.w3.org/2000/svg"').encode()).decode()

CHECK = Html(
    '<svg viewBox="0 0 40 40" aria-hidden="true"><circle cx="20" cy="20" r="19" fill="#1b9a5e"/>'
    '<path d="m11.5 20.5 6 6 11-12.5" fill="none" stroke="#fff" stroke-width="3.6" stroke-linecap="round" stroke-linejoin="round"/></svg>')

WARNING = Html(
    '<svg viewBox="0 0 40 40" aria-hidden="true">'
    '<path d="M20 4.5 37 34.5H3z" fill="#f7b500" stroke="#f7b500" stroke-width="4" stroke-linejoin="round"/>'
    '<path d="M20 14.5v10.5M20 30v.2" fill="none" stroke="#3a2a00" stroke-width="3.6" stroke-linecap="round"/></svg>')


def topology(joined):
    """The active server on the left, the standby on the right, and the line between them."""
    return h(
        '<svg viewBox="0 0 800 132" aria-hidden="true"><desc data-field="link">{link}</desc>{line}{active}{standby}{sign}</svg>',
        link='joined' if joined else 'broken',
        line=Html(f'<path d="M252 70H548" fill="none" stroke="{"#1b9a5e" if joined else "#aab6c3"}" stroke-width="4"'
                  f'{"" if joined else " stroke-dasharray=" + chr(34) + "2 10" + chr(34)} stroke-linecap="round"/>'),
        active=server_drawing(200, '#0c2340', '#3ecf8e'),
        standby=server_drawing(600, '#0c2340' if joined else '#7d8a99', '#58a6ff' if joined else '#f7b500'),
        sign='' if joined else PROHIBITED)


def server_drawing(x, body, light):
    return Html(''.join(
        f'<rect x="{x - 40}" y="{y}" width="80" height="27" rx="5" fill="{body}"/>'
        f'<circle cx="{x - 27}" cy="{y + 13.5}" r="4" fill="{light}"/>'
        f'<path d="M{x - 12} {y + 13.5}h38" stroke="#fff" stroke-opacity=".35" stroke-width="3" stroke-linecap="round"/>'
        for y in (22, 54, 86)))


PROHIBITED = Html(
    '<g fill="none" stroke="#d92d20" stroke-width="6.5"><circle cx="400" cy="70" r="24" fill="#fff"/><path d="m383 53 34 34"/></g>')


def meter(percent):
    colour = '#c4281c' if percent >= 95 else '#d99000' if percent >= 80 else '#0b63c5'
    return Html(
        f'<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="8" fill="#e6ebf1"/>'
        f'<rect width="{max(0, min(100, percent))}" height="8" fill="{colour}"/></svg>')
