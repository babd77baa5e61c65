# The console of a product: the offered commands and nothing else. There is no way from here to a shell.
#
#   login shell of admin:  prompt "admin:", until exit
#   ssh admin@product X:   -c X, and its exit code: 0, 1 it failed, 2 it was asked wrongly, 127 there is no such command

import json
import signal
import sys

import transport
from agent import Refused
from shown import as_text, on_console
from ssm import Failed
from words import count, described, is_text, printable, seconds

PROMPT = 'admin:'
FAILED, MISUSED, UNKNOWN = 1, 2, 127
EVERY_S_LEAST, EVERY_S_MOST = 0.1, 86400


class Console:
    def __init__(self, agent):
        self.agent = agent
        # What is typed, what has to follow, what it does; a line is taken for the longest that it begins with.
        self.commands = {
            'license smart transport gateway': ('URL', self.gateway, 'reach SSM On-Prem as a Transport Gateway'),
            'license smart transport smart': ('URL', self.smart, 'reach SSM On-Prem by Smart Transport'),
            'license smart transport direct': ('', self.direct, 'reach Cisco directly'),
            'license smart register idtoken': ('TOKEN [force]', self.register, 'register this product instance'),
            'license smart deregister': ('', self.deregister, 'take the registration back'),
            'license smart report': ('', self.report, 'report the usage of licenses now'),
            'license smart report every': ('SECONDS', self.report_every, 'report by itself, every so many seconds'),
            'license smart report off': ('', self.report_off, 'do not report by itself any more'),
            'license use': ('NAME COUNT', self.use, 'use so many licenses of that name, from the next report on'),
            'show license all': ('[json]', self.show_all, 'show the state of Smart Licensing'),
            'show license reports': ('', self.show_reports, 'show how many reports were sent, and the last one'),
            'help': ('', self.help, 'list the commands'),
            'exit': ('', lambda: None, 'leave the console'),
        }

    def main(self, arguments):
        if arguments and arguments[0] == '-c':
            return self.run(' '.join(arguments[1:]))
        if arguments:
            return self.run(' '.join(arguments))
        for name in (signal.SIGTSTP, signal.SIGQUIT):
            signal.signal(name, signal.SIG_IGN)
        return self.interact()

    def interact(self):
        import readline
        readline.set_completer(lambda *_: None)  # else TAB lists files
        while True:
            try:
                line = input(PROMPT)
                if line.split() == ['exit']:
                    return 0
                self.run(line)
            except EOFError:
                print()
                return 0
            except KeyboardInterrupt:
                print()
            except UnicodeDecodeError:
                say('Expected UTF-8')

    def run(self, line):
        """Does what the line says, and returns its exit code."""
        words = line.split()
        if not words:
            return 0
        name = max((each for each in self.commands if words[:len(each.split())] == each.split()), key=len, default=None)
        if name is None:
            return self.unknown(words)
        follows, command, _ = self.commands[name]
        rest = words[len(name.split()):]
        try:
            if not takes(follows, len(rest)):
                raise ValueError(f'expected {name} {follows}'.strip() + (f', got {described(" ".join(rest))} after {name}' if rest else ''))
            command(*rest)
            return 0
        except ValueError as error:
            say(error)
            return MISUSED
        except (Refused, Failed, OSError) as error:
            say(error)
            return FAILED
        except KeyboardInterrupt:
            say('interrupted')
            return FAILED

    def unknown(self, words):
        begun = [f'{name} {follows}'.strip() for name, (follows, *_) in self.commands.items() if name.split()[:len(words)] == words]
        say(f'Incomplete command; expected {", ".join(begun)}' if begun else f'Unknown command: {described(" ".join(words))}; help lists them')
        return MISUSED if begun else UNKNOWN

    # --- license -----------------------------------------------------------------------------------------

    def gateway(self, url):
        self.set_transport('gateway', transport.checked_url(url))

    def smart(self, url):
        self.set_transport('smart', transport.checked_url(url))

    def direct(self):
        self.set_transport('direct', '')

    def set_transport(self, mode, url):
        self.agent.set_transport(mode=mode, url=url)
        print(f'Transport: {transport.LABELS[mode]}, {url or transport.DIRECT_URL}')

    def register(self, token, force=None):
        if force not in (None, 'force'):
            raise ValueError(f'expected license smart register idtoken TOKEN [force], got {described(force)} after TOKEN')
        self.agent.register(token, force=force is not None)
        print(self.agent.settings.kind.registered)

    def deregister(self):
        self.agent.deregister()
        print('Deregistration completed successfully')

    def report(self):
        print(f'Report sent, contact {self.agent.report()}')

    def report_every(self, text):
        every = seconds(text, EVERY_S_LEAST, EVERY_S_MOST)
        self.agent.report_every(every)
        print(f'Reports every {every} s')

    def report_off(self):
        self.agent.report_every(None)
        print('Reports off')

    def use(self, *words):
        name = ' '.join(words[:-1]).strip('"')
        if not is_text(name):
            raise ValueError(f'expected the name of a license, got {described(name)}')
        number = count(words[-1])
        self.agent.use(name, number)
        print(f'{name}: {number}')

    # --- show --------------------------------------------------------------------------------------------

    def show_all(self, form=None):
        if form not in (None, 'json'):
            raise ValueError(f'expected show license all [json], got {described(form)} after show license all')
        seen = on_console(self.agent.settings, self.agent.state())
        print(as_text(seen) if form is None else json.dumps(seen))

    def show_reports(self):
        reports = self.agent.state()['reports']
        print(json.dumps({name: reports[name] for name in ('sent', 'failed', 'last')}))

    def help(self):
        for name, (follows, _, what) in self.commands.items():
            print(f'{f"{name} {follows}":50}{what}')


def takes(follows, given):
    """Whether so many words may follow; a NAME has one or more."""
    needed = len([word for word in follows.split() if not word.startswith('[')])
    return given >= needed if 'NAME' in follows.split() else needed <= given <= len(follows.split())


def say(text):
    print(printable(text), file=sys.stderr, flush=True)
