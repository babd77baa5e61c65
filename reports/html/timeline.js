// The timeline in the page: draws every sample, zooms and pans, and says in words what lies under the cursor. Runs in the browser.
'use strict'
;(() => {
  const data = JSON.parse(document.getElementById('timeline-data').textContent)
  const tick = 100

  const column = (Type, text) => {
    const characters = atob(text)
    const bytes = new Uint8Array(characters.length)
    for (let index = 0; index < characters.length; index += 1) bytes[index] = characters.charCodeAt(index)
    return new Type(bytes.buffer)
  }
  const strips = data.strips.map(strip => ({ from: strip.from, words: strip.words, t: column(Uint32Array, strip.t), took: column(Uint16Array, strip.took), code: column(Uint8Array, strip.code) }))
  const accounts = { ok: column(Uint32Array, data.accounts.ok), fail: column(Uint32Array, data.accounts.fail), info: column(Uint32Array, data.accounts.info) }

  const colours = {
    ink: '#1c2733', muted: '#5b6875', line: '#d7dde3', ground: '#f6f8fa', answers: '#1f7a6b', looked: '#e7f2ef', bad: '#c2361b', good: '#2f8f5b', warn: '#d99a1c', down: '#aeb7c0',
    primary: '#2a62a8', standby: '#b9d0ea', fault: '#8c3b8f', nodes: ['#2a62a8', '#d9822b', '#5a9e6f', '#8a63b8', '#b05a7a', '#6b7f8c'],
    stages: { steady: '#dfe7ee', fault: '#ecd5ea', observe: '#fbe8c9', heal: '#d6ebda', settle: '#e3eef7', judge: '#e8e8e8' },
  }

  /** Patterns tell states apart on paper without colour, too. */
  const hatches = new Map()
  function hatch(context, colour, kind) {
    const key = `${colour}${kind}`
    if (!hatches.has(key)) {
      const tile = document.createElement('canvas')
      tile.width = tile.height = 8
      const pen = tile.getContext('2d')
      pen.fillStyle = kind === 'light' ? '#ffffff' : colour
      pen.fillRect(0, 0, 8, 8)
      pen.strokeStyle = kind === 'light' ? colour : 'rgba(255,255,255,.55)'
      pen.lineWidth = kind === 'light' ? 2 : 1.6
      pen.beginPath()
      for (const shift of [-8, 0, 8]) {
        pen.moveTo(shift, kind === 'back' ? 0 : 8)
        pen.lineTo(shift + 8, kind === 'back' ? 8 : 0)
      }
      pen.stroke()
      hatches.set(key, context.createPattern(tile, 'repeat'))
    }
    return hatches.get(key)
  }

  function fillOf(context, style) {
    const [base] = style.split('+')
    if (base === 'primary') return colours.primary
    if (base === 'standby') return colours.standby
    if (base === 'down') return hatch(context, '#9aa5b0', 'light')
    if (base === 'good') return colours.good
    if (base === 'warn') return hatch(context, colours.warn, 'back')
    if (base === 'bad') return hatch(context, colours.bad, 'light')
    const node = /^node(\d+)$/.exec(base)
    if (!node) return colours.muted
    const colour = colours.nodes[Number(node[1]) % colours.nodes.length]
    return node[1] === '0' ? colour : hatch(context, colour, 'back')
  }

  /** Index of the first element that is not less than the value. */
  function lowerBound(sorted, value, at = element => element) {
    let low = 0
    let high = sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (at(sorted[middle]) < value) low = middle + 1
      else high = middle
    }
    return low
  }

  const sayMs = ms => (Math.abs(ms) < 1000 ? `${Number(ms.toFixed(ms < 10 ? 2 : 0))} ms` : `${(ms / 1000).toFixed(Math.abs(ms) < 10_000 ? 3 : 2)} s`)
  const saySeconds = (ms, stepMs) => {
    const digits = stepMs >= 1000 ? 0 : stepMs >= 100 ? 1 : stepMs >= 10 ? 2 : 3
    const seconds = ms / 1000
    const minutes = Math.floor(seconds / 60)
    return minutes > 0 ? `${minutes}:${(seconds - minutes * 60).toFixed(digits).padStart(digits > 0 ? 3 + digits : 2, '0')}` : `${seconds.toFixed(digits)} s`
  }

  function lanesOf(scenario) {
    const bands = kind => data.bands.filter(band => band.kind === kind)
    const lanes = [{ kind: 'stages', label: 'Stage', height: 20 }, { kind: 'steps', label: 'Assertions', height: 16 }]
    scenario.faults.forEach(fault => lanes.push({ kind: 'fault', label: fault.title, height: 20, fault }))
    strips.forEach(strip => lanes.push({ kind: 'strip', label: `VIP by TCP from ${strip.from}`, height: 54, strip }))
    bands('https').forEach(band => lanes.push({ kind: 'band', label: `VIP by HTTPS from ${band.label}`, height: 14, band }))
    for (const band of bands('flight')) {
      lanes.push({ kind: 'band', label: `${band.label}`, height: 18, band })
      const sql = bands('sql').find(other => other.label === band.label)
      if (sql) lanes.push({ kind: 'band', label: '\u2003by SQL', height: 9, band: sql })
    }
    bands('sql').filter(band => !bands('flight').some(other => other.label === band.label)).forEach(band => lanes.push({ kind: 'band', label: `${band.label} by SQL`, height: 14, band }))
    bands('gui').forEach(band => lanes.push({ kind: 'band', label: 'Page says', height: 14, band }))
    if (accounts.ok.length + accounts.fail.length + accounts.info.length > 0) lanes.push({ kind: 'accounts', label: 'Accounts per second', height: 46 })
    return lanes
  }

  const gap = 7
  const axis = 24

  class Timeline {
    constructor(figure, scenario) {
      this.scenario = scenario
      this.figure = figure
      this.canvas = figure.querySelector('canvas')
      this.readout = figure.querySelector('.readout')
      this.lanes = lanesOf(scenario)
      this.height = axis + this.lanes.reduce((sum, lane) => sum + lane.height + gap, 0) + 4
      this.view = [scenario.from, scenario.to]
      this.cursor = undefined
      this.drag = undefined
      this.pending = false
      /** a page of many scenarios draws the timelines that are looked at */
      this.visible = false
      this.width = 0
      /** everything but outages, selection and cursor: drawn anew only when the view or the size changes */
      this.lanesDrawn = document.createElement('canvas')
      this.drawnFor = ''
      this.canvas.style.height = `${this.height}px`
      this.listen()
      new ResizeObserver(() => this.redraw()).observe(this.canvas)
      this.redraw()
      this.tell()
    }

    listen() {
      const { canvas } = this
      const at = event => event.clientX - canvas.getBoundingClientRect().left
      canvas.addEventListener('pointerdown', event => {
        if (event.button !== 0) return
        canvas.setPointerCapture(event.pointerId)
        this.drag = { from: at(event), to: at(event), view: [...this.view], pan: event.shiftKey || event.pointerType === 'touch' }
      })
      canvas.addEventListener('pointermove', event => {
        if (this.drag) {
          this.drag.to = at(event)
          if (this.drag.pan) {
            const shift = ((this.drag.from - this.drag.to) / this.plotWidth()) * (this.drag.view[1] - this.drag.view[0])
            this.show(this.drag.view[0] + shift, this.drag.view[1] + shift)
          }
        }
        this.point(this.timeAt(at(event)))
      })
      canvas.addEventListener('pointerup', event => {
        const { drag } = this
        this.drag = undefined
        if (drag && !drag.pan && Math.abs(drag.to - drag.from) > 6) {
          const ends = [this.timeAt(drag.from), this.timeAt(drag.to)].sort((a, b) => a - b)
          this.show(...ends)
        } else this.point(this.timeAt(at(event)))
      })
      canvas.addEventListener('pointercancel', () => { this.drag = undefined })
      canvas.addEventListener('dblclick', () => this.show(this.scenario.from, this.scenario.to))
      canvas.addEventListener('wheel', event => {
        if (event.ctrlKey || event.metaKey) {
          event.preventDefault()
          this.zoom(Math.exp(event.deltaY * 0.004), this.timeAt(at(event)))
        } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
          event.preventDefault()
          this.pan(event.deltaX / this.plotWidth())
        }
      }, { passive: false })
      canvas.addEventListener('keydown', event => {
        const steps = { ArrowLeft: -1, ArrowRight: 1 }
        const span = this.view[1] - this.view[0]
        if (event.key in steps) this.point((this.cursor ?? this.view[0]) + (steps[event.key] * span) / (event.shiftKey ? 20 : 200), true)
        else if (event.key === '+' || event.key === '=') this.zoom(0.6)
        else if (event.key === '-') this.zoom(1 / 0.6)
        else if (event.key === 'Home' || event.key === '0') this.show(this.scenario.from, this.scenario.to)
        else if (event.key === 'n' || event.key === 'p') this.jump(event.key === 'n' ? 1 : -1)
        else return
        event.preventDefault()
      })
      this.figure.querySelectorAll('button[data-do]').forEach(button => button.addEventListener('click', () => {
        const { do: what, index } = button.dataset
        if (what === 'in') this.zoom(0.5)
        else if (what === 'out') this.zoom(2)
        else if (what === 'left') this.pan(-0.5)
        else if (what === 'right') this.pan(0.5)
        else if (what === 'outage') {
          const { from, to } = this.scenario.outages[Number(index)]
          const slack = Math.max(200, (to - from) * 0.35)
          this.show(from - slack, to + slack)
        } else this.show(this.scenario.from, this.scenario.to)
      }))
    }

    gutter() { return this.width < 640 ? 0 : 176 }
    plotWidth() { return this.width - this.gutter() - 1 }
    x(t) { return this.gutter() + ((t - this.view[0]) / (this.view[1] - this.view[0])) * this.plotWidth() }
    timeAt(x) { return this.view[0] + ((x - this.gutter()) / this.plotWidth()) * (this.view[1] - this.view[0]) }

    show(from, to) {
      const { scenario } = this
      const span = Math.min(Math.max(to - from, 20), scenario.to - scenario.from)
      const start = Math.min(Math.max(from, scenario.from), scenario.to - span)
      this.view = [start, start + span]
      this.redraw()
    }

    zoom(factor, around = this.cursor ?? (this.view[0] + this.view[1]) / 2) {
      this.show(around - (around - this.view[0]) * factor, around + (this.view[1] - around) * factor)
    }

    pan(share) {
      const shift = share * (this.view[1] - this.view[0])
      this.show(this.view[0] + shift, this.view[1] + shift)
    }

    /** Puts the cursor there; with `follow`, the view comes along. */
    point(t, follow = false) {
      this.cursor = Math.min(Math.max(t, this.scenario.from), this.scenario.to)
      if (follow && (this.cursor < this.view[0] || this.cursor > this.view[1])) {
        const half = (this.view[1] - this.view[0]) / 2
        this.show(this.cursor - half, this.cursor + half)
      }
      this.tell()
      this.redraw()
    }

    /** To the next thing that happened: a fault's phase, an assertion's end, an outage's edge, a finding. */
    jump(direction) {
      const { faults, steps, outages, findings } = this.scenario
      const moments = [
        ...faults.flatMap(fault => [fault.requested, fault.proven, fault.healed, fault.provenHealed]), ...steps.filter(step => step.outcome).map(step => step.to),
        ...outages.flatMap(({ from, to }) => [from, to]), ...findings.map(({ t }) => t),
      ].filter(t => t !== undefined).sort((a, b) => a - b)
      const here = this.cursor ?? this.view[0]
      const next = direction > 0 ? moments.find(t => t > here + 0.01) : moments.findLast(t => t < here - 0.01)
      if (next !== undefined) this.point(next, true)
    }

    redraw() {
      if (this.pending || !this.visible) return
      this.pending = true
      requestAnimationFrame(() => {
        this.pending = false
        this.draw()
      })
    }

    draw(width = this.canvas.clientWidth, ratio = window.devicePixelRatio || 1) {
      if (width === 0) return
      this.width = width
      const plot = { x: this.gutter(), width: this.plotWidth() }
      const key = [width, ratio, ...this.view].join()
      if (this.drawnFor !== key) this.drawLanes(penFor(this.lanesDrawn, width, this.height, ratio), plot)
      this.drawnFor = key
      const context = penFor(this.canvas, width, this.height, ratio)
      context.drawImage(this.lanesDrawn, 0, 0, width, this.height)
      this.drawMarks(context, plot)
    }

    drawLanes(context, plot) {
      let y = axis
      this.drawAxis(context, plot)
      for (const lane of this.lanes) {
        context.save()
        context.beginPath()
        context.rect(plot.x, y - 1, plot.width, lane.height + 2)
        context.clip()
        if (lane.kind === 'strip' || lane.kind === 'accounts') {
          context.fillStyle = colours.ground
          context.fillRect(plot.x, y, plot.width, lane.height)
        }
        context.font = '11px system-ui, sans-serif'
        this[`draw_${lane.kind}`](context, lane, y)
        context.restore()
        this.drawLabel(context, lane, y)
        y += lane.height + gap
      }
    }

    drawLabel(context, lane, y) {
      context.fillStyle = colours.ink
      context.font = lane.height < 12 ? '10px system-ui, sans-serif' : '11.5px system-ui, sans-serif'
      if (this.gutter() > 0) {
        context.fillText(fit(context, lane.label, this.gutter() - 10), 0, y + Math.min(lane.height / 2, 27))
        return
      }
      if (lane.kind === 'stages' || lane.height < 12) return
      context.font = '10px system-ui, sans-serif'
      const text = fit(context, lane.label, this.width - 8)
      context.fillStyle = 'rgba(255,255,255,.82)'
      context.fillRect(2, y + 1, context.measureText(text).width + 6, 12)
      context.fillStyle = colours.ink
      context.fillText(text, 5, y + 7)
    }

    drawAxis(context, plot) {
      const span = this.view[1] - this.view[0]
      const wanted = span / Math.max(2, plot.width / 75)
      const stepMs = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000].find(step => step >= wanted) ?? 600_000
      context.strokeStyle = colours.line
      context.fillStyle = colours.muted
      context.textAlign = 'center'
      context.lineWidth = 1
      for (let t = Math.ceil(this.view[0] / stepMs) * stepMs; t <= this.view[1]; t += stepMs) {
        const x = Math.round(this.x(t)) + 0.5
        context.beginPath()
        context.moveTo(x, 16)
        context.lineTo(x, this.height)
        context.stroke()
        const text = saySeconds(t, stepMs)
        const half = context.measureText(text).width / 2
        context.fillText(text, Math.min(Math.max(x, plot.x + half), plot.x + plot.width - half), 8)
      }
      context.textAlign = 'left'
    }

    draw_stages(context, lane, y) {
      for (const { from, to, stage } of this.scenario.stages) {
        const [x, end] = [this.x(from), this.x(to)]
        if (end < this.gutter() || x > this.width) continue
        context.fillStyle = colours.stages[stage] ?? '#eeeeee'
        context.fillRect(x, y, Math.max(1, end - x), lane.height)
        context.fillStyle = colours.ink
        context.fillRect(x, y, 1, lane.height)
        const start = Math.max(x, this.gutter())
        if (end - start > 34) context.fillText(fit(context, stage, end - start - 8), start + 5, y + lane.height / 2 + 0.5)
      }
    }

    draw_steps(context, lane, y) {
      const middle = y + lane.height / 2
      for (const { from, to, outcome } of this.scenario.steps) {
        const [x, end] = [this.x(from), this.x(to)]
        context.fillStyle = colours.line
        context.fillRect(x, middle - 2, Math.max(1, end - x), 4)
        if (!outcome) continue
        context.fillStyle = { pass: colours.good, fail: colours.bad }[outcome] ?? colours.warn
        context.beginPath()
        if (outcome === 'pass') context.arc(end, middle, 4, 0, 7)
        else if (outcome === 'fail') context.rect(end - 5, middle - 5, 10, 10)
        else {
          context.moveTo(end, middle - 6)
          context.lineTo(end + 6, middle + 5)
          context.lineTo(end - 6, middle + 5)
        }
        context.fill()
        context.strokeStyle = '#ffffff'
        context.lineWidth = 1
        context.stroke()
      }
    }

    draw_fault(context, { fault, height }, y) {
      const { requested, proven, healed, provenHealed } = fault
      const end = provenHealed ?? this.scenario.to
      const bar = (from, to, style) => {
        if (from === undefined || to === undefined) return
        context.fillStyle = style
        context.fillRect(this.x(from), y + 2, Math.max(1.5, this.x(to) - this.x(from)), height - 4)
      }
      bar(requested, proven ?? healed ?? end, hatch(context, colours.fault, 'light'))
      bar(proven, healed ?? end, colours.fault)
      bar(healed, end, hatch(context, '#4d9a63', 'light'))
      const marks = [[requested, 'requested'], [proven, 'proven'], [healed, 'healed'], [provenHealed, 'proven healed']].filter(([t]) => t !== undefined)
      for (const [t] of marks) {
        context.fillStyle = colours.ink
        context.fillRect(this.x(t) - 0.75, y, 1.5, height)
      }
      const [from, to] = [Math.max(this.x(proven ?? requested ?? end), this.gutter()), Math.min(this.x(healed ?? end), this.width)]
      if (to - from > 60 && proven !== undefined) {
        context.fillStyle = '#ffffff'
        context.fillText(fit(context, `in effect ${sayMs((healed ?? end) - proven)}`, to - from - 10), from + 6, y + height / 2 + 0.5)
      }
    }

    /** Every sample: as dots where there is room, else one column per pixel from its fastest to its slowest, red where any failed. */
    draw_strip(context, { strip, height }, y) {
      const { t, took, code } = strip
      const first = Math.max(0, lowerBound(t, this.view[0] * tick) - 1)
      const last = Math.min(t.length, lowerBound(t, this.view[1] * tick) + 1)
      const top = Math.log(1000)
      const bottom = Math.log(0.1)
      const level = ms => y + height - 3 - ((Math.min(Math.max(Math.log(Math.max(ms, 0.1)), bottom), top) - bottom) / (top - bottom)) * (height - 6)
      const perPixel = (last - first) / Math.max(1, this.plotWidth())
      if (perPixel < 0.5) {
        const pitch = Math.max(1.5, Math.min(14, 0.7 / perPixel))
        for (let index = first; index < last; index += 1) {
          const x = this.x(t[index] / tick)
          if (code[index]) {
            context.fillStyle = colours.bad
            context.fillRect(x - pitch / 2, y, pitch, height)
          } else {
            context.fillStyle = colours.looked
            context.fillRect(x - pitch / 2, y, pitch, height)
            context.fillStyle = colours.answers
            context.fillRect(x - 1.5, level(took[index] / tick) - 1.5, 3, 3)
          }
        }
      } else {
        const columns = Math.ceil(this.plotWidth()) + 1
        const fastest = new Float32Array(columns).fill(Infinity)
        const slowest = new Float32Array(columns)
        const failed = new Uint16Array(columns)
        const count = new Uint16Array(columns)
        const scale = this.plotWidth() / ((this.view[1] - this.view[0]) * tick)
        const start = this.view[0] * tick
        for (let index = first; index < last; index += 1) {
          const pixel = Math.floor((t[index] - start) * scale)
          if (pixel < 0 || pixel >= columns) continue
          count[pixel] += 1
          if (code[index]) failed[pixel] += 1
          else {
            const ms = took[index] / tick
            if (ms < fastest[pixel]) fastest[pixel] = ms
            if (ms > slowest[pixel]) slowest[pixel] = ms
          }
        }
        const left = this.gutter()
        for (let pixel = 0; pixel < columns; pixel += 1) {
          if (count[pixel] === 0) continue
          const answered = count[pixel] > failed[pixel]
          context.fillStyle = answered ? colours.looked : colours.bad
          context.fillRect(left + pixel, y, 1, height)
          if (answered) {
            const upper = level(slowest[pixel])
            context.fillStyle = colours.answers
            context.fillRect(left + pixel, upper - 0.75, 1, Math.max(1.5, level(fastest[pixel]) - upper))
          }
          if (failed[pixel] && answered) {
            context.fillStyle = colours.bad
            context.fillRect(left + pixel, y, 1, Math.max(height * 0.35, (height * failed[pixel]) / count[pixel]))
          }
        }
      }
      context.fillStyle = colours.muted
      context.font = '9px system-ui, sans-serif'
      for (const ms of [1, 100]) {
        context.fillStyle = 'rgba(91,104,117,.25)'
        context.fillRect(this.gutter(), level(ms), this.plotWidth(), 1)
        const text = `${ms} ms`
        const wide = context.measureText(text).width + 4
        context.fillStyle = 'rgba(255,255,255,.85)'
        context.fillRect(this.gutter() + this.plotWidth() - wide, level(ms) - 5, wide, 10)
        context.fillStyle = colours.muted
        context.fillText(text, this.gutter() + this.plotWidth() - wide + 2, level(ms) + 0.5)
      }
      context.font = '11px system-ui, sans-serif'
    }

    draw_band(context, { band, height }, y) {
      const first = Math.max(0, lowerBound(band.stretches, this.view[0], stretch => stretch[1]) - 1)
      for (let index = first; index < band.stretches.length; index += 1) {
        const [from, to, style, text] = band.stretches[index]
        if (from > this.view[1]) break
        const [x, end] = [Math.max(this.x(from), this.gutter() - 2), Math.min(this.x(to), this.width + 2)]
        context.fillStyle = fillOf(context, style)
        context.fillRect(x, y, Math.max(1, end - x), height)
        if (style.endsWith('+vip')) {
          context.fillStyle = colours.ink
          context.fillRect(x, y + height - 4, Math.max(1, end - x), 4)
        }
        if (height < 12 || end - x < 44) continue
        const label = fit(context, text, end - x - 14)
        const pale = style.startsWith('standby') || style.startsWith('down') || style === 'bad'
        if (pale || style === 'warn' || /^node[1-9]/.test(style)) {
          context.fillStyle = 'rgba(255,255,255,.85)'
          context.fillRect(x + 3, y + 1, context.measureText(label).width + 6, height - (style.endsWith('+vip') ? 5 : 2))
          context.fillStyle = colours.ink
        } else context.fillStyle = '#ffffff'
        context.fillText(label, x + 6, y + (height - (style.endsWith('+vip') ? 3 : 0)) / 2 + 0.5)
      }
    }

    draw_accounts(context, { height }, y) {
      const span = this.view[1] - this.view[0]
      const width = [100, 200, 500, 1000, 2000, 5000, 10_000].find(ms => (ms / span) * this.plotWidth() >= 5) ?? 30_000
      const start = Math.floor(this.view[0] / width) * width
      const bins = Math.ceil((this.view[1] - start) / width) + 1
      const count = column => {
        const counts = new Float32Array(bins)
        for (let index = lowerBound(column, start * tick); index < column.length && column[index] < this.view[1] * tick; index += 1) counts[Math.floor((column[index] / tick - start) / width)] += 1000 / width
        return counts
      }
      const series = [[count(accounts.ok), colours.answers], [count(accounts.fail), hatch(context, colours.warn, 'back')], [count(accounts.info), hatch(context, colours.bad, 'light')]]
      const highest = Math.max(1, ...Array.from({ length: bins }, (_, bin) => series.reduce((sum, [counts]) => sum + counts[bin], 0)))
      for (let bin = 0; bin < bins; bin += 1) {
        let base = y + height
        const [x, end] = [this.x(start + bin * width), this.x(start + (bin + 1) * width)]
        for (const [counts, style] of series) {
          const tall = (counts[bin] / highest) * (height - 4)
          if (tall === 0) continue
          context.fillStyle = style
          context.fillRect(x + 0.5, base - tall, Math.max(1, end - x - 1), tall)
          base -= tall
        }
      }
      context.fillStyle = colours.muted
      context.font = '9px system-ui, sans-serif'
      context.fillText(`${Math.round(highest)} /s`, this.gutter() + this.plotWidth() - 32, y + 6)
      context.font = '11px system-ui, sans-serif'
    }

    /** Outages, findings, the selection and the cursor, across all lanes. */
    drawMarks(context, plot) {
      context.save()
      context.beginPath()
      context.rect(plot.x, 0, plot.width, this.height)
      context.clip()
      const stripTop = this.lanes.reduce((sum, lane) => (sum.done || lane.kind === 'strip' ? { ...sum, done: true } : { y: sum.y + lane.height + gap, done: false }), { y: axis, done: false }).y
      for (const { from, to, text } of this.scenario.outages) {
        const [x, end] = [this.x(from), this.x(to)]
        if (end < plot.x || x > this.width) continue
        context.strokeStyle = colours.ink
        context.lineWidth = 1.25
        context.beginPath()
        context.moveTo(x, stripTop + 4)
        context.lineTo(x, stripTop - 3)
        context.lineTo(end, stripTop - 3)
        context.lineTo(end, stripTop + 4)
        context.stroke()
        context.font = 'bold 11px system-ui, sans-serif'
        const wide = context.measureText(text).width
        const left = Math.min(Math.max((Math.max(x, plot.x) + Math.min(end, this.width)) / 2 - wide / 2, plot.x + 2), this.width - wide - 6)
        context.fillStyle = 'rgba(255,255,255,.92)'
        context.fillRect(left - 3, stripTop + 17, wide + 6, 15)
        context.strokeRect(left - 3, stripTop + 17, wide + 6, 15)
        context.fillStyle = colours.ink
        context.fillText(text, left, stripTop + 25)
        context.font = '11px system-ui, sans-serif'
      }
      for (const { t } of this.scenario.findings) {
        const x = this.x(t)
        context.strokeStyle = colours.bad
        context.setLineDash([5, 3])
        context.lineWidth = 1.5
        context.beginPath()
        context.moveTo(x, 16)
        context.lineTo(x, this.height)
        context.stroke()
        context.setLineDash([])
        context.fillStyle = colours.bad
        context.beginPath()
        context.moveTo(x - 5, 15)
        context.lineTo(x + 5, 15)
        context.lineTo(x, 22)
        context.fill()
      }
      if (this.drag && !this.drag.pan) {
        context.fillStyle = 'rgba(42,98,168,.16)'
        context.fillRect(Math.min(this.drag.from, this.drag.to), axis - 4, Math.abs(this.drag.to - this.drag.from), this.height)
      }
      if (this.cursor !== undefined) {
        context.fillStyle = colours.ink
        context.fillRect(Math.round(this.x(this.cursor)), 16, 1, this.height)
      }
      context.restore()
    }

    /** What lies under the cursor, in words. */
    tell() {
      const facts = this.cursor === undefined ? [['', 'Point at the timeline, or give it the focus and use the arrow keys; n and p go to the next and previous event.']] : this.facts(this.cursor)
      this.readout.replaceChildren(...facts.flatMap(([name, text]) => {
        const item = document.createElement('div')
        const [term, detail] = [document.createElement('dt'), document.createElement('dd')]
        term.textContent = name
        detail.textContent = text
        item.append(...(name ? [term] : []), detail)
        return [item]
      }))
    }

    facts(t) {
      const { faults, steps, stages, findings, outages } = this.scenario
      const clock = new Date(Date.parse(data.startUtc) + t).toISOString().slice(11, 23)
      const facts = [['Time', `${saySeconds(t, 1)} (${clock} UTC)`]]
      const stage = stages.find(stage => t >= stage.from && t < stage.to)
      const step = steps.findLast(step => t >= step.from && t <= step.to) ?? steps.findLast(step => step.to <= t)
      facts.push(['Stage', [stage?.stage, step && `${step.title}${step.to >= t ? '' : ' (done)'}`].filter(Boolean).join(': ') || '–'])
      for (const fault of faults) {
        const phase = [['proven healed', fault.provenHealed], ['healed', fault.healed], ['proven', fault.proven], ['requested', fault.requested]].find(([, at]) => at !== undefined && at <= t)
        if (phase) facts.push([fault.title, `${phase[0]} ${sayMs(t - phase[1])} ago`])
      }
      for (const strip of strips) {
        const after = lowerBound(strip.t, t * tick)
        const near = [after - 1, after].filter(index => index >= 0 && index < strip.t.length).sort((a, b) => Math.abs(strip.t[a] / tick - t) - Math.abs(strip.t[b] / tick - t))[0]
        if (near === undefined) continue
        const away = Math.abs(strip.t[near] / tick - t)
        const said = strip.code[near] ? strip.words[strip.code[near]] : `answers in ${sayMs(strip.took[near] / tick)}`
        facts.push([`VIP, TCP, ${strip.from}`, away > 1000 ? 'not looked at here' : said])
      }
      const names = { https: 'VIP, HTTPS, ', flight: '', sql: '', gui: 'Page' }
      for (const band of data.bands) {
        const stretch = band.stretches.findLast(([start, end]) => t >= start && t <= end)
        const name = band.kind === 'gui' ? 'Page' : `${names[band.kind]}${band.label}${band.kind === 'sql' ? ', SQL' : ''}`
        facts.push([name, stretch ? stretch[3] : 'not looked at here'])
      }
      const within = column => lowerBound(column, (t + 500) * tick) - lowerBound(column, (t - 500) * tick)
      facts.push(['Accounts within 1 s', `${within(accounts.ok)} acknowledged, ${within(accounts.fail)} refused, ${within(accounts.info)} unknown`])
      const outage = outages.find(outage => t >= outage.from && t <= outage.to)
      if (outage) facts.push(['Outage', outage.text])
      findings.filter(finding => Math.abs(finding.t - t) < (this.view[1] - this.view[0]) / 100).forEach(finding => facts.push(['Finding', finding.text]))
      return facts
    }
  }

  function penFor(canvas, width, height, ratio) {
    const pixels = [Math.round(width * ratio), Math.round(height * ratio)]
    if (canvas.width !== pixels[0] || canvas.height !== pixels[1]) [canvas.width, canvas.height] = pixels
    const context = canvas.getContext('2d')
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.clearRect(0, 0, width, height)
    context.font = '11px system-ui, sans-serif'
    context.textBaseline = 'middle'
    return context
  }

  function fit(context, text, width) {
    if (width < 8) return ''
    if (context.measureText(text).width <= width) return text
    let end = text.length
    while (end > 0 && context.measureText(`${text.slice(0, end)}…`).width > width) end -= 1
    return end > 1 ? `${text.slice(0, end)}…` : ''
  }

  const timelines = [...document.querySelectorAll('figure[data-timeline]')].map(figure => new Timeline(figure, data.scenarios[Number(figure.dataset.timeline)]))
  const onScreen = new IntersectionObserver(entries => entries.forEach(({ target, isIntersecting }) => {
    const timeline = timelines.find(({ figure }) => figure === target)
    timeline.visible = isIntersecting
    if (isIntersecting) timeline.redraw()
  }), { rootMargin: '200px' })
  timelines.forEach(({ figure }) => onScreen.observe(figure))

  /** On paper: the whole scenario, sharp, and every fold open. */
  let folded = []
  addEventListener('beforeprint', () => {
    folded = [...document.querySelectorAll('details:not([open])')]
    folded.forEach(fold => { fold.open = true })
    timelines.forEach(timeline => {
      timeline.view = [timeline.scenario.from, timeline.scenario.to]
      timeline.cursor = undefined
      timeline.draw(980, 3)
    })
  })
  addEventListener('afterprint', () => {
    folded.forEach(fold => { fold.open = false })
    timelines.forEach(timeline => timeline.redraw())
  })

  /** A link to a step that is folded away opens it. */
  const unfold = () => {
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null
    target?.querySelector('details')?.setAttribute('open', '')
    target?.closest('details')?.setAttribute('open', '')
  }
  addEventListener('hashchange', unfold)
  unfold()
})()
