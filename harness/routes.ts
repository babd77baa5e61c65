// Routes through a network card that the kernel does not put back by itself when the card comes back: shell commands that show them and put them back.

export function showRoutes(device: string): string {
  return `ip route show dev ${device} | grep -v ' proto kernel '; exit 0`
}

/** What `showRoutes` printed, without whether a route's link is down: that is no part of it. */
export function readRoutes(printed: string): string[] {
  return printed.split('\n').map(route => route.replace(/ (?:linkdown|dead)\b/g, '').trim()).filter(route => route !== '')
}

/** May be repeated. */
export function putBackRoutes(device: string, routes: string[]): string {
  // Twice: the first of them may need a later one.
  const replaced = routes.map(route => `ip route replace ${route} dev ${device}`)
  return [...replaced.map(command => `${command} 2>/dev/null || :`), ...replaced].join('\n')
}
