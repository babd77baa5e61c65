# Reports by itself, as often as the console said: within a quarter of a second of being told, and never two at a time.

import sys
import threading
import time

from agent import Refused
from ssm import Failed

LOOK_S = 0.25


class Reporter(threading.Thread):
    def __init__(self, agent):
        super().__init__(daemon=True)
        self.agent = agent

    def run(self):
        every, due = None, 0.0
        while True:
            try:
                state = self.agent.state()
                # Only a registered product reports; one that registers begins at once.
                wanted = state['reports']['every'] if state['registration'] else None
                if wanted != every:
                    every, due = wanted, time.monotonic()
                if every and time.monotonic() >= due:
                    due = max(due + every, time.monotonic())  # what fell due while one was waiting is not made up for
                    self.report()
            except Exception as error:  # the disk: full, or damaged
                print(f'not reported: {error}', file=sys.stderr, flush=True)
                time.sleep(1)
            time.sleep(max(0.0, min(LOOK_S, due - time.monotonic())) if every else LOOK_S)

    def report(self):
        try:
            self.agent.report()
        except Refused:
            pass  # deregistered meanwhile
        except Failed:
            pass  # kept in the state; the next one comes anyway
